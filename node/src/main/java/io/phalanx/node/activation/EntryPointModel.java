package io.phalanx.node.activation;

import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.pipeline.Route;
import io.phalanx.node.rule.Rule;
import io.phalanx.providers.dynamic.Router;
import java.util.List;
import java.util.Optional;

/**
 * What the static configuration says about the routers of one entry point.
 *
 * @param isDefault whether routers that name no entry point are here
 * @param guards run in front of all middlewares of every router
 * @param middlewares names, run in front of the router's own
 * @param tls for routers that have none of their own
 */
public record EntryPointModel(
    String name,
    boolean isDefault,
    List<Middleware> guards,
    List<String> middlewares,
    Optional<Router.RouterTls> tls,
    boolean logged,
    boolean measured,
    List<InternalRoute> internalRoutes) {
  public EntryPointModel {
    guards = List.copyOf(guards);
    middlewares = List.copyOf(middlewares);
    internalRoutes = List.copyOf(internalRoutes);
  }

  /** A router of the node's own: ping, metrics, a redirection. */
  public record InternalRoute(Rule rule, long priority, Route route) {}

  /**
   * Whether routers that are on several entry points need a name of their own here, as in Traefik.
   */
  boolean changesRouters() {
    return !middlewares.isEmpty() || tls.isPresent() || !logged || !measured;
  }
}
