package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.HeaderName;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names and methods that came before, by their bytes, so that they need not be made again. What a
 * stranger makes up can only push others out.
 *
 * <p>Used by all I/O threads without a lock: entries never change, so a thread that reads an older
 * one only makes the name anew.
 */
final class NameTable {
  private static final int SIZE = 1024;

  private static final class Known {
    private final byte[] bytes;
    private final HttpString name;

    Known(byte[] bytes, HttpString name) {
      this.bytes = bytes;
      this.name = name;
    }
  }

  private final @Nullable Known[] names = new Known[SIZE];

  /**
   * The name that stands in {@code bytes}, in the same case.
   *
   * @param hash of these bytes, by any function that depends on nothing else
   */
  HttpString name(byte[] bytes, int from, int to, int hash) {
    int slot = (hash ^ (hash >>> 16)) & (SIZE - 1);
    Known known = names[slot];
    if (known != null && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, from, to)) {
      return known.name;
    }
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    @Nullable HttpString shared = Headers.fromCache(text);
    HttpString made =
        shared != null && shared.toString().equals(text) ? shared : new HttpString(text);
    if (to - from <= HeaderName.LONGEST_KEPT) {
      names[slot] = new Known(Arrays.copyOfRange(bytes, from, to), made);
    }
    return made;
  }
}
