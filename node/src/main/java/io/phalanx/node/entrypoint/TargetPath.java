package io.phalanx.node.entrypoint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Puts a request path into its one form: triplets of unreserved characters decoded, the others in
 * upper case, characters that may not stand in a path encoded (RFC 3986, sections 2 and 6.2.2),
 * and, if asked for, dot segments and repeated slashes resolved.
 */
final class TargetPath {
  private static final String UNRESERVED = "-._~";
  private static final String ALLOWED = "!$&'()*+,;=:@/[]";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private TargetPath() {}

  /**
   * @throws RefusedException if a triplet is malformed
   */
  static String normalise(String path, boolean sanitise) throws RefusedException {
    String encoded = isPlain(path) ? path : normaliseTriplets(path);
    return sanitise ? sanitise(encoded) : encoded;
  }

  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      if (!isPathCharacter(path.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || UNRESERVED.indexOf(c) >= 0;
  }

  private static boolean isPathCharacter(int c) {
    return isUnreserved(c) || ALLOWED.indexOf(c) >= 0;
  }

  private static String normaliseTriplets(String path) throws RefusedException {
    var out = new StringBuilder(path.length() + 16);
    byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
    int at = 0;
    while (at < bytes.length) {
      int c = bytes[at++] & 0xff;
      if (c != '%') {
        append(out, c, isPathCharacter(c));
        continue;
      }
      if (at + 2 > bytes.length
          || Character.digit(bytes[at], 16) < 0
          || Character.digit(bytes[at + 1], 16) < 0) {
        throw RefusedException.malformed(
            "a percent sign is not followed by two hexadecimal digits");
      }
      int value = Character.digit(bytes[at], 16) << 4 | Character.digit(bytes[at + 1], 16);
      at += 2;
      append(out, value, isUnreserved(value));
    }
    return out.toString();
  }

  private static void append(StringBuilder out, int c, boolean asItIs) {
    if (asItIs) {
      out.append((char) c);
    } else {
      out.append('%').append(HEX[c >> 4]).append(HEX[c & 0xf]);
    }
  }

  /**
   * Resolves {@code .}, {@code ..} and empty segments. A slash at the end stays; one that only a
   * dot segment left behind goes.
   */
  static String sanitise(String path) {
    if (!path.contains("//") && !path.contains("/.")) {
      return path;
    }
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : path.split("/")) {
      switch (segment) {
        case "", "." -> {}
        case ".." -> segments.pollLast();
        default -> segments.addLast(segment);
      }
    }
    String clean = '/' + String.join("/", segments);
    return path.endsWith("/") && clean.length() > 1 ? clean + '/' : clean;
  }
}
