package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.service.Available;
import io.phalanx.node.service.Rendezvous;
import java.util.Optional;

/** A service of services, of which each client has its own, by its address ({@code hrw}). */
public final class RendezvousEndpoint implements Endpoint {
  private final String service;
  private final Available<Rendezvous.Entry<Endpoint>, Rendezvous<Endpoint>> services;

  /**
   * @param services those that get requests now
   */
  public RendezvousEndpoint(
      String service, Available<Rendezvous.Entry<Endpoint>, Rendezvous<Endpoint>> services) {
    this.service = service;
    this.services = services;
  }

  @Override
  public boolean isUp() {
    return services.isAnyUp();
  }

  @Override
  public void answer(Exchange exchange) {
    Optional<Endpoint> own = services.now().pick(exchange.request().peer().text());
    if (own.isPresent()) {
      own.get().answer(exchange);
    } else {
      exchange.fail(new Failure.NoServer(service));
    }
  }
}
