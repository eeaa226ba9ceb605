package io.phalanx.node.sticky;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import java.util.List;
import java.util.Optional;

/**
 * Cookies in heads, as Go's {@code net/http} reads them: pairs between semicolons (RFC 6265,
 * section 4.2.1), a value perhaps in quotes; a pair whose value holds what may not be in one is
 * passed over. One scan of what the entry point let in, and no copy but of the value.
 */
final class Cookies {
  /** Longest value looked at; user agents keep no cookie above 4096 bytes (RFC 6265bis). */
  static final int LONGEST_VALUE = 4096;

  private static final HeaderName COOKIE = HeaderName.of("Cookie");
  private static final HeaderName SET_COOKIE = HeaderName.of("Set-Cookie");

  private Cookies() {}

  /** The value of the first cookie of a request with this name that has a valid one. */
  static Optional<String> sent(Headers headers, String name) {
    List<String> lines = headers.all(COOKIE);
    for (int i = 0; i < lines.size(); i++) {
      Optional<String> found = inLine(lines.get(i), name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** The value that an answer gives the cookie with this name; the last one counts. */
  static Optional<String> set(Headers headers, String name) {
    Optional<String> last = Optional.empty();
    for (String line : headers.all(SET_COOKIE)) {
      int semicolon = line.indexOf(';');
      int end = semicolon < 0 ? line.length() : semicolon;
      Optional<String> value = pair(line, 0, end, name);
      last = value.isPresent() ? value : last;
    }
    return last;
  }

  private static Optional<String> inLine(String line, String name) {
    int start = 0;
    while (start < line.length()) {
      int semicolon = line.indexOf(';', start);
      int end = semicolon < 0 ? line.length() : semicolon;
      Optional<String> value = pair(line, start, end, name);
      if (value.isPresent()) {
        return value;
      }
      start = end + 1;
    }
    return Optional.empty();
  }

  private static Optional<String> pair(String line, int start, int end, String name) {
    int from = skipBlanks(line, start, end);
    int equals = from + name.length();
    return equals < end && line.charAt(equals) == '=' && line.startsWith(name, from)
        ? value(line, equals + 1, trimmed(line, equals + 1, end))
        : Optional.empty();
  }

  private static int skipBlanks(String line, int from, int end) {
    int at = from;
    while (at < end && isBlank(line.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int trimmed(String line, int from, int end) {
    int at = end;
    while (at > from && isBlank(line.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static Optional<String> value(String line, int from, int to) {
    boolean quoted = to - from > 1 && line.charAt(from) == '"' && line.charAt(to - 1) == '"';
    int first = quoted ? from + 1 : from;
    int end = quoted ? to - 1 : to;
    if (end - first > LONGEST_VALUE) {
      return Optional.empty();
    }
    for (int i = first; i < end; i++) {
      char c = line.charAt(i);
      if (c < ' ' || c >= 0x7f || c == '"' || c == '\\') {
        return Optional.empty();
      }
    }
    return Optional.of(line.substring(first, end));
  }
}
