package io.phalanx.node.exchange;

import java.nio.charset.StandardCharsets;

/** Percent-encoding of paths (RFC 3986, section 3.3). */
public final class PathEncoding {
  private static final String ALLOWED = "-._~!$&'()*+,;=:@/[]";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private PathEncoding() {}

  /**
   * {@code path} with what may not stand in a path encoded; triplets that are there stay, in upper
   * case.
   */
  public static String encode(String path) {
    var out = new StringBuilder(path.length() + 8);
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int c = bytes[i] & 0xff;
      boolean triplet = c == '%' && isTriplet(bytes, i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || ALLOWED.indexOf(c) >= 0;
      if (triplet) {
        out.append('%');
        out.append((char) Character.toUpperCase(bytes[++i]));
        out.append((char) Character.toUpperCase(bytes[++i]));
      } else if (plain) {
        out.append((char) c);
      } else {
        out.append('%').append(HEX[c >> 4]).append(HEX[c & 0xf]);
      }
    }
    return out.toString();
  }

  private static boolean isTriplet(byte[] bytes, int at) {
    return at + 2 < bytes.length
        && Character.digit(bytes[at + 1], 16) >= 0
        && Character.digit(bytes[at + 2], 16) >= 0;
  }

  /** Whether every percent sign begins a triplet. */
  public static boolean isWellFormed(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%' && !isTriplet(bytes, i)) {
        return false;
      }
    }
    return true;
  }

  /** The path with all triplets decoded. They must be well-formed. */
  public static String decode(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[bytes.length];
    int length = 0;
    int at = 0;
    while (at < bytes.length) {
      if (bytes[at] == '%' && isTriplet(bytes, at)) {
        out[length++] =
            (byte) (Character.digit(bytes[at + 1], 16) << 4 | Character.digit(bytes[at + 2], 16));
        at += 3;
      } else {
        out[length++] = bytes[at++];
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  /** Whether a decoded path holds no dot segment and no empty segment. */
  public static boolean isClean(String decodedPath) {
    int start = 1;
    while (start <= decodedPath.length()) {
      int end = decodedPath.indexOf('/', start);
      boolean last = end < 0;
      String segment = decodedPath.substring(start, last ? decodedPath.length() : end);
      if (segment.equals(".") || segment.equals("..") || (segment.isEmpty() && !last)) {
        return false;
      }
      if (last) {
        return true;
      }
      start = end + 1;
    }
    return true;
  }
}
