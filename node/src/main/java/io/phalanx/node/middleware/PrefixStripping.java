package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import java.nio.charset.StandardCharsets;

/**
 * Takes a prefix off a path; what remains keeps its encoding. A path that would then hold dot
 * segments is refused, also where an encoded slash hides them (Traefik lets some of those pass by
 * accident).
 */
final class PrefixStripping {
  private static final Verdict UNCLEAN = new Verdict.Respond(Answer.error(400, "Bad Request"));

  private PrefixStripping() {}

  /** The answer to a request whose path would not be clean any more. */
  static Verdict unclean() {
    return UNCLEAN;
  }

  /**
   * @param prefix the decoded path starts with it; told to the server in {@code X-Forwarded-Prefix}
   */
  static Verdict strip(RequestHead request, String prefix) {
    String path = request.path();
    String rest = path.substring(encodedLength(path, prefix));
    String stripped = rest.startsWith("/") ? rest : '/' + rest;
    String decodedRest = PathEncoding.decode(path).substring(prefix.length());
    if (!PathEncoding.isClean(stripped) || hasDotSegment(decodedRest)) {
      return UNCLEAN;
    }
    request.path(stripped);
    request.headers().add(HeaderName.X_FORWARDED_PREFIX, HeaderText.of("prefix", prefix));
    return Verdict.PROCEED;
  }

  private static boolean hasDotSegment(String path) {
    for (String segment : path.split("/")) {
      if (segment.equals(".") || segment.equals("..")) {
        return true;
      }
    }
    return false;
  }

  /** How many characters of the encoded path stand for the prefix. */
  private static int encodedLength(String path, String prefix) {
    int bytes = prefix.getBytes(StandardCharsets.UTF_8).length;
    int at = 0;
    while (bytes > 0) {
      at += path.charAt(at) == '%' ? 3 : 1;
      bytes--;
    }
    return at;
  }
}
