package io.phalanx.node.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The forms of a request path. */
public final class Paths {
  /** Characters whose triplets stay encoded where paths are compared (Traefik's routing path). */
  private static final String RESERVED = ":/?#[]@!$&'()*+,;=%";

  private Paths() {}

  /**
   * {@code path} with every triplet decoded but those of reserved characters, which stay, in upper
   * case. Bytes are read as UTF-8. The triplets must be well-formed.
   */
  public static String routing(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    var out = new ByteArrayOutputStream(path.length());
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        out.write(bytes[i]);
        continue;
      }
      int value = HexFormat.fromHexDigits(new String(bytes, i + 1, 2, StandardCharsets.ISO_8859_1));
      if (RESERVED.indexOf(value) >= 0) {
        out.write('%');
        out.write(Character.toUpperCase((char) bytes[i + 1]));
        out.write(Character.toUpperCase((char) bytes[i + 2]));
      } else {
        out.write(value);
      }
      i += 2;
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
