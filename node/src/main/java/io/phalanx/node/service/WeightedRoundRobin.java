package io.phalanx.node.service;

import io.phalanx.node.exchange.RequestHead;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/** Servers in turn, as often as their weights say. */
public final class WeightedRoundRobin implements Balancer {
  /** Turns that are passed on, one after another, by servers that get less than their weight. */
  private static final int MOST_PASSED = 32;

  private final WeightedTurns<Server> turns;
  private final ToDoubleFunction<Server> share;
  private final DoubleSupplier random;

  /**
   * @param offset where in the order of turns to begin, so that the nodes of a fleet do not all
   *     begin with the same server
   */
  public WeightedRoundRobin(List<Server> servers, int offset) {
    this(servers, offset, _ -> 1, () -> 0);
  }

  /**
   * @param share how much of its weight counts now, above 0 to 1
   * @param random from 0 to below 1
   */
  public WeightedRoundRobin(
      List<Server> servers, int offset, ToDoubleFunction<Server> share, DoubleSupplier random) {
    this.share = share;
    this.random = random;
    this.turns =
        new WeightedTurns<>(
            servers.stream()
                .map(server -> new WeightedTurns.Share<>(server, server.weight()))
                .toList(),
            offset);
  }

  @Override
  public Optional<Server> next(RequestHead request) {
    Optional<Server> next = turns.next();
    for (int i = 0; i < MOST_PASSED && next.isPresent() && passes(next.get()); i++) {
      next = turns.next();
    }
    return next;
  }

  private boolean passes(Server server) {
    double part = share.applyAsDouble(server);
    return part < 1 && random.getAsDouble() >= part;
  }
}
