package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.service.WeightedTurns;
import io.phalanx.node.sticky.Sessions;
import java.util.List;
import java.util.Optional;

/** A service of services, each of which gets its share of the requests. */
public final class WeightedEndpoint implements Endpoint {
  private final String service;
  private final List<WeightedTurns.Share<Endpoint>> services;
  private final WeightedTurns<Endpoint> turns;
  private final Optional<Sessions<Endpoint>> sessions;

  /**
   * @param sessions which service requests of one session go to; empty: whose turn it is
   * @param offset where in the order of turns to begin
   */
  public WeightedEndpoint(
      String service,
      List<WeightedTurns.Share<Endpoint>> services,
      Optional<Sessions<Endpoint>> sessions,
      int offset) {
    this.service = service;
    this.services = List.copyOf(services);
    this.sessions = sessions;
    this.turns = new WeightedTurns<>(this.services, offset);
  }

  @Override
  public boolean isUp() {
    return services.stream().anyMatch(share -> share.weight() > 0 && share.of().isUp());
  }

  @Override
  public void answer(Exchange exchange) {
    if (sessions.isEmpty()) {
      pass(exchange, turns.next());
    } else {
      sessions.get().choose(exchange, turns::next, next -> pass(exchange, next));
    }
  }

  private void pass(Exchange exchange, Optional<Endpoint> next) {
    if (next.isPresent()) {
      next.get().answer(exchange);
    } else {
      exchange.fail(new Failure.NoServer(service));
    }
  }
}
