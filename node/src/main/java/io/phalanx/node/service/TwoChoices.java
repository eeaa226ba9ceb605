package io.phalanx.node.service;

import io.phalanx.node.exchange.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * Of two servers that are drawn that which has fewer requests in flight for its weight (Traefik's
 * {@code p2c}, to which weights are nothing).
 */
public final class TwoChoices implements Balancer {
  private final List<Server> servers;
  private final ServerLoads loads;
  private final ToDoubleFunction<Server> share;
  private final IntUnaryOperator random;

  /**
   * @param share how much of its weight counts now, above 0 to 1
   * @param random from 0 to below what it is given
   */
  public TwoChoices(
      List<Server> servers,
      ServerLoads loads,
      ToDoubleFunction<Server> share,
      IntUnaryOperator random) {
    this.servers = servers.stream().filter(server -> server.weight() > 0).toList();
    this.loads = loads;
    this.share = share;
    this.random = random;
  }

  @Override
  public Optional<Server> next(RequestHead request) {
    int size = servers.size();
    if (size < 2) {
      return servers.stream().findFirst();
    }
    int first = random.applyAsInt(size);
    int second = random.applyAsInt(size - 1);
    Server one = servers.get(first);
    Server other = servers.get(second < first ? second : second + 1);
    return Optional.of(cost(other) < cost(one) ? other : one);
  }

  private double cost(Server server) {
    return (1 + loads.of(server).inFlight()) / (server.weight() * share.applyAsDouble(server));
  }
}
