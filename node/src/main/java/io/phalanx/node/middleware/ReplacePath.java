package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.PathEncoding;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.PathOptions;

/**
 * {@code replacePath}: puts one path in place of every other and tells the old one in {@code
 * X-Replaced-Path}. A path without a slash in front gets one (Traefik sends it as it is, which is
 * no HTTP). One with a broken percent-encoding answers 500, as in Traefik.
 */
public final class ReplacePath implements Middleware {
  public static final MiddlewareType<PathOptions.ReplacePath> TYPE =
      new MiddlewareType<>(
          "replacePath", PathOptions.ReplacePath.class, (options, _) -> new ReplacePath(options));

  private static final HeaderName REPLACED = HeaderName.of("X-Replaced-Path");
  private static final Verdict BROKEN =
      new Verdict.Respond(Answer.text(500, "Internal Server Error"));

  private final boolean wellFormed;
  private final String path;

  ReplacePath(PathOptions.ReplacePath options) {
    this.wellFormed = PathEncoding.isWellFormed(options.path());
    String encoded = PathEncoding.encode(options.path());
    this.path = encoded.startsWith("/") ? encoded : '/' + encoded;
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    if (!wellFormed) {
      return BROKEN;
    }
    request.headers().add(REPLACED, request.path());
    request.path(path);
    return Verdict.PROCEED;
  }
}
