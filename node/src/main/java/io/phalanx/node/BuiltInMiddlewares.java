package io.phalanx.node;

import io.phalanx.node.middleware.AddPrefix;
import io.phalanx.node.middleware.EncodedCharacters;
import io.phalanx.node.middleware.HeadersMiddleware;
import io.phalanx.node.middleware.MiddlewareType;
import io.phalanx.node.middleware.RateLimit;
import io.phalanx.node.middleware.RedirectScheme;
import io.phalanx.node.middleware.ReplacePath;
import io.phalanx.node.middleware.Retry;
import io.phalanx.node.middleware.StripPrefix;
import java.util.List;

/**
 * The middlewares that are served. {@code chain} is not among them: it is put in place of itself
 * when a router is compiled.
 */
final class BuiltInMiddlewares {
  static final List<MiddlewareType<?>> ALL =
      List.of(
          AddPrefix.TYPE,
          EncodedCharacters.TYPE,
          HeadersMiddleware.TYPE,
          RateLimit.TYPE,
          RedirectScheme.TYPE,
          ReplacePath.TYPE,
          Retry.TYPE,
          StripPrefix.TYPE);

  private BuiltInMiddlewares() {}
}
