package io.phalanx.node.service;

import io.phalanx.node.exchange.RequestHead;
import java.util.List;
import java.util.Optional;

/** Servers in turn, as often as their weights say. */
public final class WeightedRoundRobin implements Balancer {
  private final WeightedTurns<Server> turns;

  /**
   * @param offset where in the order of turns to begin, so that the nodes of a fleet do not all
   *     begin with the same server
   */
  public WeightedRoundRobin(List<Server> servers, int offset) {
    this.turns =
        new WeightedTurns<>(
            servers.stream()
                .map(server -> new WeightedTurns.Share<>(server, server.weight()))
                .toList(),
            offset);
  }

  @Override
  public Optional<Server> next(RequestHead request) {
    return turns.next();
  }
}
