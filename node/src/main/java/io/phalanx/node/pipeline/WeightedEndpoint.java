package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.service.WeightedTurns;
import java.util.List;
import java.util.Optional;

/** A service of services, each of which gets its share of the requests. */
public final class WeightedEndpoint implements Endpoint {
  private final String service;
  private final List<WeightedTurns.Share<Endpoint>> services;
  private final WeightedTurns<Endpoint> turns;

  /**
   * @param offset where in the order of turns to begin
   */
  public WeightedEndpoint(
      String service, List<WeightedTurns.Share<Endpoint>> services, int offset) {
    this.service = service;
    this.services = List.copyOf(services);
    this.turns = new WeightedTurns<>(this.services, offset);
  }

  @Override
  public boolean isUp() {
    return services.stream().anyMatch(share -> share.weight() > 0 && share.of().isUp());
  }

  @Override
  public void answer(Exchange exchange) {
    Optional<Endpoint> next = turns.next();
    if (next.isPresent()) {
      next.get().answer(exchange);
    } else {
      exchange.fail(new Failure.NoServer(service));
    }
  }
}
