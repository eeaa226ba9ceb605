package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.service.Balancer;
import io.phalanx.node.service.Server;
import io.phalanx.node.sticky.Sessions;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/** A service with servers: one is picked and the request is sent there. */
public final class ServiceEndpoint implements Endpoint {
  private final String service;
  private final Balancer balancer;
  private final Optional<Sessions<Server>> sessions;
  private final Forwarder forwarder;
  private final IdentityHashMap<Server, Forwarder.Target> targets = new IdentityHashMap<>();

  /**
   * @param servers all that the balancer or a session may pick, by identity
   * @param sessions where requests of one session go; empty: wherever the balancer says
   */
  public ServiceEndpoint(
      String service,
      List<Server> servers,
      Balancer balancer,
      Optional<Sessions<Server>> sessions,
      boolean passHost,
      Forwarder.Transport transport,
      Forwarder forwarder) {
    this.service = service;
    this.balancer = balancer;
    this.sessions = sessions;
    this.forwarder = forwarder;
    for (Server server : servers) {
      targets.put(
          server, new Forwarder.Target(server.url(), passHost, server.preservePath(), transport));
    }
  }

  /** Where requests may be sent to. */
  public Collection<Forwarder.Target> targets() {
    return List.copyOf(targets.values());
  }

  @Override
  public void answer(Exchange exchange) {
    exchange.trail().reachedService(service);
    if (sessions.isEmpty()) {
      forward(exchange, balancer.next(exchange.request()));
    } else {
      sessions
          .get()
          .choose(
              exchange,
              () -> balancer.next(exchange.request()),
              server -> forward(exchange, server));
    }
  }

  private void forward(Exchange exchange, Optional<Server> server) {
    Forwarder.Target target = server.map(targets::get).orElse(null);
    if (target == null) {
      exchange.fail(new Failure.NoServer(service));
      return;
    }
    forwarder.forward(exchange, target);
  }
}
