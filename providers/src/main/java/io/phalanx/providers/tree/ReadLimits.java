package io.phalanx.providers.tree;

/** What configuration text may be at most. */
public final class ReadLimits {
  /** Characters of one text. */
  public static final int MAX_CHARACTERS = 16 << 20;

  /**
   * Bytes of what several providers gave, encoded for the fleet. Every member keeps it in its
   * memory and reads it whole.
   */
  public static final int MAX_ENCODED_BYTES = 4 * MAX_CHARACTERS;

  /** Characters of one text in TOML, whose parser needs some 5 microseconds for each. */
  public static final int MAX_TOML_CHARACTERS = 4 << 20;

  /** Blocks within blocks. */
  public static final int MAX_DEPTH = 100;

  /**
   * Values of one text, counted as often as YAML aliases refer to them: a small text may not stand
   * for a huge tree. Ten thousand routers with their services are 300,000.
   */
  public static final int MAX_VALUES = 2_000_000;

  /** Mistakes told one by one; further ones are counted. */
  public static final int MAX_PROBLEMS = 1_000;

  private ReadLimits() {}
}
