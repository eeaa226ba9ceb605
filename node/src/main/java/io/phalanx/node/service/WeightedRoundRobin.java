package io.phalanx.node.service;

import io.phalanx.node.exchange.RequestHead;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Servers in turn, each as often as its weight says and spread as evenly as can be (Traefik's
 * {@code wrr}: the server whose next turn is due first; a turn is due 1/weight after the one
 * before).
 *
 * <p>The turns repeat after as many picks as the weights add up to, so they are laid out once and a
 * pick is one atomic step.
 */
public final class WeightedRoundRobin implements Balancer {
  /** Longest layout; larger weights are scaled down to it. */
  private static final int MAX_TURNS = 100_000;

  private final List<Optional<Server>> turns;
  private final AtomicInteger next;

  /**
   * @param offset where in the order of turns to begin, so that the nodes of a fleet do not all
   *     begin with the same server
   */
  public WeightedRoundRobin(List<Server> servers, int offset) {
    this.turns = layOut(servers.stream().filter(server -> server.weight() > 0).toList());
    this.next = new AtomicInteger(turns.isEmpty() ? 0 : Math.floorMod(offset, turns.size()));
  }

  private record Due(double at, double increment, int order, Server server) {}

  private static List<Optional<Server>> layOut(List<Server> servers) {
    long weights = servers.stream().mapToLong(Server::weight).sum();
    long divisor =
        servers.stream()
            .mapToLong(Server::weight)
            .reduce(WeightedRoundRobin::greatestCommonDivisor)
            .orElse(1);
    int count = (int) Math.min(MAX_TURNS, weights / divisor);
    var queue =
        new PriorityQueue<Due>(Comparator.comparingDouble(Due::at).thenComparingInt(Due::order));
    for (int i = 0; i < servers.size(); i++) {
      double increment = (double) divisor / servers.get(i).weight();
      queue.add(new Due(increment, increment, i, servers.get(i)));
    }
    var turns = new ArrayList<Optional<Server>>(count);
    while (turns.size() < count) {
      Due due = queue.remove();
      turns.add(Optional.of(due.server()));
      queue.add(new Due(due.at() + due.increment(), due.increment(), due.order(), due.server()));
    }
    return List.copyOf(turns);
  }

  private static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  @Override
  public Optional<Server> next(RequestHead request) {
    return switch (turns.size()) {
      case 0 -> Optional.empty();
      case 1 -> turns.getFirst();
      default -> turns.get(next.getAndUpdate(at -> at + 1 == turns.size() ? 0 : at + 1));
    };
  }
}
