package io.phalanx.node.rule;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Predicate;

/**
 * Parameters of a query, as Go's url.ParseQuery reads them: a pair that cannot be decoded, or that
 * holds a semicolon, does not count. Characters of the query are its bytes.
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
    int equals = query.indexOf('=', start, end);
    int nameEnd = equals < 0 ? end : equals;
    int valueStart = equals < 0 ? end : equals + 1;
    return start < end
        && query.indexOf(';', start, end) < 0
        && isWellFormed(query, start, end)
        && decode(query, start, nameEnd).equals(name)
        && value.test(decode(query, valueStart, end));
  }

  private static boolean isWellFormed(String query, int start, int end) {
    int percent = query.indexOf('%', start, end);
    while (percent >= 0) {
      if (percent + 2 >= end
          || !HexFormat.isHexDigit(query.charAt(percent + 1))
          || !HexFormat.isHexDigit(query.charAt(percent + 2))) {
        return false;
      }
      percent = query.indexOf('%', percent + 3, end);
    }
    return true;
  }

  private static String decode(String query, int start, int end) {
    var out = new ByteArrayOutputStream(end - start);
    int at = start;
    while (at < end) {
      char c = query.charAt(at);
      switch (c) {
        case '%' -> {
          out.write(HexFormat.fromHexDigits(query, at + 1, at + 3));
          at += 2;
        }
        case '+' -> out.write(' ');
        default -> out.write(c);
      }
      at++;
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
