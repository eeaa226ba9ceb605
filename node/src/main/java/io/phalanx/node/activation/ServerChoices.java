package io.phalanx.node.activation;

import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.pipeline.ServiceEndpoint.Choice;
import io.phalanx.node.service.Available;
import io.phalanx.node.service.Balancer;
import io.phalanx.node.service.HighestRandomWeight;
import io.phalanx.node.service.LeastTime;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.ServerLoads;
import io.phalanx.node.service.ServerWatch;
import io.phalanx.node.service.TwoChoices;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.node.sticky.Sessions;
import io.phalanx.providers.dynamic.Service;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** How one service chooses among its servers. */
final class ServerChoices {
  private final ServiceParts parts;
  private final Service.Strategy strategy;
  private final List<Server> servers;
  private final IdentityHashMap<Server, ServerHealth> healths;

  /**
   * @param servers all that may get requests
   * @param healths of those whose health is looked at
   */
  ServerChoices(
      ServiceParts parts,
      Service.Strategy strategy,
      List<Server> servers,
      IdentityHashMap<Server, ServerHealth> healths) {
    this.parts = parts;
    this.strategy = strategy;
    this.servers = servers;
    this.healths = healths;
  }

  boolean isUp(Server server) {
    ServerHealth health = healths.get(server);
    return health == null || health.isUp();
  }

  private double share(Server server) {
    ServerHealth health = healths.get(server);
    return health == null ? 1 : health.share();
  }

  /**
   * @param newcomers servers that requests without a session are sent to
   */
  Choice build(
      List<Server> newcomers, Optional<Sessions<Server>> sessions, List<ServerWatch> watches) {
    var loads = new ServerLoads(needsLoads() ? servers : List.of(), System::nanoTime);
    var offset = new AtomicInteger(parts.offset());
    Available<Server, Balancer> balancer =
        available(newcomers, up -> balancer(up, loads, offset.getAndIncrement()));
    Available<Server, Boolean> any = available(servers, up -> !up.isEmpty());
    var all = new ArrayList<>(watches);
    if (needsLoads()) {
      all.add(loads);
    }
    return new Choice(request -> balancer.now().next(request), sessions, any::isAnyUp, all);
  }

  private Balancer balancer(List<Server> up, ServerLoads loads, int offset) {
    ToDoubleFunction<Server> share = healths.isEmpty() ? _ -> 1 : this::share;
    return switch (strategy) {
      case WRR ->
          new WeightedRoundRobin(up, offset, share, () -> ThreadLocalRandom.current().nextDouble());
      case P2C ->
          new TwoChoices(up, loads, share, bound -> ThreadLocalRandom.current().nextInt(bound));
      case HRW -> new HighestRandomWeight(up, share);
      case LEASTTIME -> new LeastTime(up, loads, share);
    };
  }

  private boolean needsLoads() {
    return switch (strategy) {
      case WRR, HRW -> false;
      case P2C, LEASTTIME -> true;
    };
  }

  private <R> Available<Server, R> available(List<Server> all, Function<List<Server>, R> made) {
    return healths.isEmpty()
        ? Available.always(all, made)
        : new Available<>(all, this::isUp, parts.health()::changes, made);
  }
}
