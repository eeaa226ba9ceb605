package io.phalanx.cluster.document;

import io.phalanx.cluster.Sha256;
import io.phalanx.secrets.OffHeap;
import java.util.HexFormat;

/**
 * A content with a name.
 *
 * @param hash SHA-256 of the content, in hexadecimal digits
 * @param content outside of the heap: it may hold private keys
 */
public record Document(String name, String hash, OffHeap content) {
  /** Characters of a name. */
  public static final int MAX_NAME = 200;

  public Document {
    requireName(name);
  }

  /**
   * @param content is wiped
   */
  public static Document of(String name, byte[] content) {
    return new Document(name, hash(content), OffHeap.taken(content));
  }

  /** As {@link #hash()} has it. */
  public static String hash(byte[] content) {
    return HexFormat.of().formatHex(Sha256.of(content));
  }

  /** Refuses what is too long for one, or empty. */
  public static void requireName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "the name of a document has 1 to " + MAX_NAME + " characters, not " + name.length());
    }
  }
}
