package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.service.Rendezvous;
import java.util.List;
import java.util.Optional;

/** A service of services, of which each client has its own, by its address ({@code hrw}). */
public final class RendezvousEndpoint implements Endpoint {
  private final String service;
  private final List<Rendezvous.Entry<Endpoint>> services;
  private final Rendezvous<Endpoint> rendezvous;

  public RendezvousEndpoint(String service, List<Rendezvous.Entry<Endpoint>> services) {
    this.service = service;
    this.services = List.copyOf(services);
    this.rendezvous = new Rendezvous<>(this.services);
  }

  @Override
  public boolean isUp() {
    return services.stream().anyMatch(entry -> entry.weight() > 0 && entry.of().isUp());
  }

  @Override
  public void answer(Exchange exchange) {
    Optional<Endpoint> own = rendezvous.pick(exchange.request().peer().text());
    if (own.isPresent()) {
      own.get().answer(exchange);
    } else {
      exchange.fail(new Failure.NoServer(service));
    }
  }
}
