package io.phalanx.providers.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.secrets.OffHeap;

/**
 * An option that nobody may read by accident: it prints as asterisks, and no dump of the heap shows
 * it.
 */
public record Secret(OffHeap text) {
  public static final String MASK = "********";

  public Secret(String value) {
    this(OffHeap.taken(value.getBytes(UTF_8)));
  }

  /** For the moment: whoever keeps it keeps it where dumps show it. */
  public String value() {
    return text.lend(bytes -> new String(bytes, UTF_8));
  }

  @Override
  public String toString() {
    return MASK;
  }
}
