package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;
import java.util.Optional;

/**
 * {@code replacePathRegex}: replaces what an expression finds in the encoded path and tells the old
 * one in {@code X-Replaced-Path}; where nothing is found, nothing is changed. A path without a
 * slash in front gets one (Traefik sends it as it is). As in Traefik a result with a broken
 * percent-encoding answers 500, and one with dot segments 400.
 */
public final class ReplacePathRegex implements Middleware {
  public static final MiddlewareType<PathOptions.ReplacePathRegex> TYPE =
      new MiddlewareType<>(
          "replacePathRegex",
          PathOptions.ReplacePathRegex.class,
          (options, _) -> new ReplacePathRegex(options));

  private static final HeaderName REPLACED = HeaderName.of("X-Replaced-Path");
  private static final Verdict BROKEN =
      new Verdict.Respond(Answer.text(500, "Internal Server Error"));

  private final RegexReplacement replacement;

  private ReplacePathRegex(PathOptions.ReplacePathRegex options) {
    this.replacement = new RegexReplacement(options.regex(), options.replacement());
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    String path = request.path();
    Optional<String> replaced;
    try {
      replaced = replacement.replaced(path);
    } catch (RegexReplacement.TooManyMatchesException _) {
      return RegexReplacement.TOO_LONG;
    }
    if (replaced.isEmpty()) {
      return Verdict.PROCEED;
    }
    String result = replaced.get();
    if (!PathEncoding.isWellFormed(result)) {
      return BROKEN;
    }
    String encoded = PathEncoding.encode(result.startsWith("/") ? result : '/' + result);
    if (!PathEncoding.isClean(PathEncoding.decode(encoded))) {
      return PrefixStripping.unclean();
    }
    request.headers().add(REPLACED, path);
    request.path(encoded);
    return Verdict.PROCEED;
  }
}
