package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.grpcweb.CrossOrigin;
import io.phalanx.node.grpcweb.WebCall;
import io.phalanx.providers.dynamic.BodyOptions;

/**
 * {@code grpcWeb}: makes calls of gRPC-Web, from pages of the origins that may, into calls of gRPC,
 * and answers their preflights. Other requests pass as they are.
 */
public final class GrpcWeb implements Middleware {
  public static final MiddlewareType<BodyOptions.GrpcWeb> TYPE =
      new MiddlewareType<>(
          "grpcWeb", BodyOptions.GrpcWeb.class, (options, _) -> new GrpcWeb(options));

  private final CrossOrigin origins;

  GrpcWeb(BodyOptions.GrpcWeb options) {
    this.origins = new CrossOrigin(options.allowOrigins());
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    if (CrossOrigin.isPreflight(request)) {
      return new Verdict.Respond(origins.preflight(request));
    }
    return WebCall.format(request)
        .<Verdict>map(
            format ->
                new Verdict.Enclose(
                    (exchange, behind) -> behind.handle(WebCall.of(exchange, format, origins))))
        .orElse(Verdict.PROCEED);
  }
}
