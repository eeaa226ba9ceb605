package io.phalanx.node.rule;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Parameters of a query, as Go's url.ParseQuery reads them: a pair that cannot be decoded, or that
 * holds a semicolon, does not count.
 */
final class Queries {
  private Queries() {}

  /** Whether a parameter of that name has a value that passes. */
  static boolean any(String query, String name, Predicate<String> value) {
    int start = 0;
    while (start < query.length()) {
      int end = query.indexOf('&', start);
      end = end < 0 ? query.length() : end;
      if (pairPasses(query, start, end, name, value)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  private static boolean pairPasses(
      String query, int start, int end, String name, Predicate<String> value) {
    int equals = query.indexOf('=', start);
    equals = equals < 0 || equals > end ? end : equals;
    for (int i = start; i < end; i++) {
      if (query.charAt(i) == ';') {
        return false;
      }
    }
    try {
      return decode(query, start, equals).equals(name)
          && value.test(decode(query, Math.min(equals + 1, end), end));
    } catch (NumberFormatException | IndexOutOfBoundsException _) {
      return false;
    }
  }

  private static String decode(String query, int start, int end) {
    var out = new ByteArrayOutputStream(end - start);
    int at = start;
    while (at < end) {
      char c = query.charAt(at);
      if (c == '%') {
        if (at + 3 > end) {
          throw new NumberFormatException("a triplet is cut off");
        }
        out.write(
            Character.digit(hex(query.charAt(at + 1)), 16) << 4
                | Character.digit(hex(query.charAt(at + 2)), 16));
        at += 3;
      } else {
        byte[] bytes =
            c == '+'
                ? new byte[] {' '}
                : String.valueOf(c)
                    .getBytes(c > 0x7f ? StandardCharsets.ISO_8859_1 : StandardCharsets.US_ASCII);
        out.writeBytes(bytes);
        at++;
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static char hex(char c) {
    if (Character.digit(c, 16) < 0 || c > 'f') {
      throw new NumberFormatException("not a hexadecimal digit");
    }
    return c;
  }
}
