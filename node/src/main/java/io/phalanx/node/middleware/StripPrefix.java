package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code stripPrefix}: takes the first prefix that the decoded path starts with off the path; what
 * remains keeps its encoding. A path that would then hold dot segments is refused, also where an
 * encoded slash hides them (Traefik lets some of those pass by accident).
 */
public final class StripPrefix implements Middleware {
  public static final MiddlewareType<PathOptions.StripPrefix> TYPE =
      new MiddlewareType<>(
          "stripPrefix", PathOptions.StripPrefix.class, (options, _) -> new StripPrefix(options));

  private static final Verdict UNCLEAN =
      new Verdict.Respond(
          Answer.text(
              400,
              "Bad Request\n",
              new Answer.Field(HeaderName.of("Content-Type"), "text/plain; charset=utf-8"),
              new Answer.Field(HeaderName.of("X-Content-Type-Options"), "nosniff")));

  private final List<String> prefixes;

  StripPrefix(PathOptions.StripPrefix options) {
    this.prefixes =
        options.prefixes().stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
    if (prefixes.isEmpty()) {
      throw new IllegalArgumentException("prefixes must not be empty");
    }
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    String path = request.path();
    String decoded = PathEncoding.decode(path);
    for (String prefix : prefixes) {
      if (decoded.startsWith(prefix)) {
        return strip(request, path, decoded, prefix);
      }
    }
    return Verdict.PROCEED;
  }

  private static Verdict strip(RequestHead request, String path, String decoded, String prefix) {
    String rest = path.substring(encodedLength(path, prefix));
    String stripped = rest.startsWith("/") ? rest : '/' + rest;
    String decodedRest = decoded.substring(prefix.length());
    if (!PathEncoding.isClean(stripped) || hasDotSegment(decodedRest)) {
      return UNCLEAN;
    }
    request.path(stripped);
    request.headers().add(HeaderName.X_FORWARDED_PREFIX, HeaderText.of("prefixes", prefix));
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
