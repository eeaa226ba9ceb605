package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.routing.RouteTable;
import java.util.Optional;

/**
 * The routers below another one. They see the request as the middlewares above have left it. If
 * none matches the answer is 404, and no router beside the upper one is tried (Traefik does the
 * same).
 */
public record LayerEndpoint(RouteTable<Route> routes) implements Endpoint {
  @Override
  public void answer(Exchange exchange) {
    Optional<Route> route = routes.match(exchange.request());
    if (route.isEmpty()) {
      exchange.respond(Pipeline.NOT_FOUND);
      return;
    }
    Route found = route.get();
    exchange.trail().routedBelow(found.router(), found.service(), found.internal());
    found.way().answer(exchange);
  }
}
