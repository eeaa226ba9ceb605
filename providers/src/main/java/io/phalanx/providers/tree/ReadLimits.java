package io.phalanx.providers.tree;

/** What configuration text may be at most. */
public final class ReadLimits {
  /** Characters of one text. */
  public static final int MAX_CHARACTERS = 16 << 20;

  /** Blocks within blocks. */
  public static final int MAX_DEPTH = 100;

  /**
   * References to YAML anchors of collections, so that a small text cannot stand for a huge one.
   */
  static final int MAX_ALIASES = 1_000;

  /** Nodes of one text after aliases were followed. */
  static final int MAX_NODES = 5_000_000;

  private ReadLimits() {}
}
