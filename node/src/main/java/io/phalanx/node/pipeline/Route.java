package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Middleware;
import java.util.List;

/**
 * A router that is ready to serve.
 *
 * @param router qualified name, for logs and metrics
 * @param service qualified name of what answers
 * @param way its middlewares, and what answers behind them
 * @param internal whether this is the node's own (ping, metrics), which logs and metrics leave out
 */
public record Route(
    String router, String service, Steps way, boolean internal, boolean logged, boolean measured) {
  public Route(
      String router,
      String service,
      List<Middleware> middlewares,
      Endpoint endpoint,
      boolean internal,
      boolean logged,
      boolean measured) {
    this(router, service, new Steps(router, middlewares, endpoint), internal, logged, measured);
  }
}
