package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.service.Balancer;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.ServerWatch;
import io.phalanx.node.sticky.Sessions;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A service with servers: one is picked and the request is sent there. */
public final class ServiceEndpoint implements Endpoint {
  private final String service;
  private final Balancer balancer;
  private final Optional<Sessions<Server>> sessions;
  private final BooleanSupplier isUp;
  private final List<ServerWatch> watches;
  private final Forwarder forwarder;
  private final IdentityHashMap<Server, Forwarder.Target> targets = new IdentityHashMap<>();

  /**
   * Which server a request is sent to.
   *
   * @param sessions where requests of one session go; empty: wherever the balancer says
   * @param isUp whether there is a server that may be asked
   * @param watches see each request that is sent to a server
   */
  public record Choice(
      Balancer balancer,
      Optional<Sessions<Server>> sessions,
      BooleanSupplier isUp,
      List<ServerWatch> watches) {
    public Choice {
      watches = List.copyOf(watches);
    }

    /** Of servers that are up always. */
    public static Choice of(Balancer balancer, Optional<Sessions<Server>> sessions) {
      return new Choice(balancer, sessions, () -> true, List.of());
    }
  }

  /**
   * @param servers all that the balancer or a session may pick, by identity
   */
  public ServiceEndpoint(
      String service,
      List<Server> servers,
      Choice choice,
      boolean passHost,
      Forwarder.Transport transport,
      Forwarder forwarder) {
    this.service = service;
    this.balancer = choice.balancer();
    this.sessions = choice.sessions();
    this.isUp = choice.isUp();
    this.watches = choice.watches();
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
  public boolean isUp() {
    return isUp.getAsBoolean();
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
    if (!watches.isEmpty()) {
      watches.forEach(watch -> watch.sent(exchange, server.get()));
    }
    forwarder.forward(exchange, target);
  }
}
