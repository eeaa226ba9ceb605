package io.phalanx.node;

import io.phalanx.node.middleware.AddPrefix;
import io.phalanx.node.middleware.BasicAuth;
import io.phalanx.node.middleware.Buffering;
import io.phalanx.node.middleware.CircuitBreaker;
import io.phalanx.node.middleware.Compress;
import io.phalanx.node.middleware.ContentType;
import io.phalanx.node.middleware.DigestAuth;
import io.phalanx.node.middleware.EncodedCharacters;
import io.phalanx.node.middleware.Errors;
import io.phalanx.node.middleware.ForwardAuth;
import io.phalanx.node.middleware.GrpcWeb;
import io.phalanx.node.middleware.HeadersMiddleware;
import io.phalanx.node.middleware.InFlightReq;
import io.phalanx.node.middleware.IpAllowList;
import io.phalanx.node.middleware.MiddlewareType;
import io.phalanx.node.middleware.PassTlsClientCert;
import io.phalanx.node.middleware.QuotaLimit;
import io.phalanx.node.middleware.RateLimit;
import io.phalanx.node.middleware.RedirectRegex;
import io.phalanx.node.middleware.RedirectScheme;
import io.phalanx.node.middleware.ReplacePath;
import io.phalanx.node.middleware.ReplacePathRegex;
import io.phalanx.node.middleware.Retry;
import io.phalanx.node.middleware.StripPrefix;
import io.phalanx.node.middleware.StripPrefixRegex;
import java.util.List;

/**
 * The middlewares that are served. {@code chain} is not among them: it is put in place of itself
 * when a router is compiled.
 */
final class BuiltInMiddlewares {
  static final List<MiddlewareType<?>> ALL =
      List.of(
          AddPrefix.TYPE,
          BasicAuth.TYPE,
          Buffering.TYPE,
          CircuitBreaker.TYPE,
          Compress.TYPE,
          ContentType.TYPE,
          DigestAuth.TYPE,
          EncodedCharacters.TYPE,
          Errors.TYPE,
          ForwardAuth.TYPE,
          GrpcWeb.TYPE,
          HeadersMiddleware.TYPE,
          InFlightReq.TYPE,
          IpAllowList.TYPE,
          IpAllowList.OLDER_TYPE,
          PassTlsClientCert.TYPE,
          QuotaLimit.TYPE,
          RateLimit.TYPE,
          RedirectRegex.TYPE,
          RedirectScheme.TYPE,
          ReplacePath.TYPE,
          ReplacePathRegex.TYPE,
          Retry.TYPE,
          StripPrefix.TYPE,
          StripPrefixRegex.TYPE);

  private BuiltInMiddlewares() {}
}
