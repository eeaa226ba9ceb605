package io.phalanx.node.entrypoint;

import java.util.Optional;

/**
 * What a request line asks for (RFC 9112, section 3.2), taken apart but not decoded.
 *
 * @param authority of the absolute form
 * @param path starts with a slash, or is an asterisk, or, for CONNECT, whatever came
 * @param rawQuery what is behind the first question mark
 */
record RequestTarget(Optional<String> authority, String path, Optional<String> rawQuery) {
  private static final String SCHEME_END = "://";

  static RequestTarget of(String text) {
    int question = text.indexOf('?');
    String path = question < 0 ? text : text.substring(0, question);
    Optional<String> query =
        question < 0 ? Optional.empty() : Optional.of(text.substring(question + 1));
    int scheme = path.startsWith("/") ? -1 : path.indexOf(SCHEME_END);
    if (scheme <= 0) {
      return new RequestTarget(Optional.empty(), path, query);
    }
    int start = scheme + SCHEME_END.length();
    int slash = path.indexOf('/', start);
    int end = slash < 0 ? path.length() : slash;
    String rest = path.substring(end);
    return new RequestTarget(
        Optional.of(path.substring(start, end)), rest.isEmpty() ? "/" : rest, query);
  }

  boolean isAsterisk() {
    return path.equals("*");
  }

  String normalisedPath(boolean sanitise) throws RefusedException {
    if (!path.startsWith("/")) {
      throw RefusedException.malformed("a target that is no path");
    }
    String normalised = TargetPath.normalise(path, sanitise);
    if (path.indexOf('#') >= 0) {
      throw RefusedException.badTarget("a target with a fragment");
    }
    return normalised;
  }

  /** The query as it came; a server may not take a semicolon for a separator if it is encoded. */
  Optional<String> query(boolean encodeSemicolons) {
    return encodeSemicolons ? rawQuery.map(query -> query.replace(";", "%3B")) : rawQuery;
  }

  /**
   * Whether {@code text} is host and port (RFC 3986, section 3.2): no user, no path, nothing that
   * another parser might cut at.
   */
  static boolean isAuthority(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~!$&'()*+,;=:[]%".indexOf(c) >= 0;
      if (!allowed) {
        return false;
      }
    }
    return true;
  }
}
