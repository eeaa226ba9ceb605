package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.service.Available;
import io.phalanx.node.service.WeightedTurns;
import io.phalanx.node.sticky.Sessions;
import java.util.Optional;

/** A service of services, each of which gets its share of the requests. */
public final class WeightedEndpoint implements Endpoint {
  private final String service;
  private final Available<WeightedTurns.Share<Endpoint>, WeightedTurns<Endpoint>> turns;
  private final Optional<Sessions<Endpoint>> sessions;

  /**
   * @param turns of those that get requests now
   * @param sessions which service requests of one session go to; empty: whose turn it is
   */
  public WeightedEndpoint(
      String service,
      Available<WeightedTurns.Share<Endpoint>, WeightedTurns<Endpoint>> turns,
      Optional<Sessions<Endpoint>> sessions) {
    this.service = service;
    this.sessions = sessions;
    this.turns = turns;
  }

  @Override
  public boolean isUp() {
    return turns.isAnyUp();
  }

  @Override
  public void answer(Exchange exchange) {
    if (sessions.isEmpty()) {
      pass(exchange, turns.now().next());
    } else {
      sessions.get().choose(exchange, () -> turns.now().next(), next -> pass(exchange, next));
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
