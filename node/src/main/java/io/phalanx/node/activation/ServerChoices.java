package io.phalanx.node.activation;

import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.pipeline.ServiceEndpoint.Choice;
import io.phalanx.node.service.Available;
import io.phalanx.node.service.Balancer;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.ServerWatch;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.node.sticky.Sessions;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** How one service chooses among its servers. */
final class ServerChoices {
  private final ServiceParts parts;
  private final List<Server> servers;
  private final IdentityHashMap<Server, ServerHealth> healths;

  /**
   * @param servers all that may get requests
   * @param healths of those whose health is looked at
   */
  ServerChoices(
      ServiceParts parts, List<Server> servers, IdentityHashMap<Server, ServerHealth> healths) {
    this.parts = parts;
    this.servers = servers;
    this.healths = healths;
  }

  boolean isUp(Server server) {
    ServerHealth health = healths.get(server);
    return health == null || health.isUp();
  }

  /**
   * @param newcomers servers that requests without a session are sent to
   */
  Choice build(
      List<Server> newcomers, Optional<Sessions<Server>> sessions, List<ServerWatch> watches) {
    var offset = new AtomicInteger(parts.offset());
    Available<Server, Balancer> balancer =
        available(newcomers, up -> new WeightedRoundRobin(up, offset.getAndIncrement()));
    Available<Server, Boolean> any = available(servers, up -> !up.isEmpty());
    BooleanSupplier isUp = healths.isEmpty() ? () -> true : any::isAnyUp;
    return new Choice(request -> balancer.now().next(request), sessions, isUp, watches);
  }

  private <R> Available<Server, R> available(List<Server> all, Function<List<Server>, R> made) {
    return healths.isEmpty()
        ? Available.always(all, made)
        : new Available<>(all, this::isUp, parts.health()::changes, made);
  }
}
