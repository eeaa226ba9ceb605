package io.phalanx.providers.tree;

/** An option that nobody may read by accident: it prints as asterisks. */
public record Secret(String value) {
  public static final String MASK = "********";

  @Override
  public String toString() {
    return MASK;
  }
}
