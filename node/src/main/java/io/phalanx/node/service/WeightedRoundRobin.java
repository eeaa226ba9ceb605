package io.phalanx.node.service;

import io.phalanx.node.exchange.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Servers in turn, each as often as its weight says and spread as evenly as can be (Traefik's
 * {@code wrr}: the server whose next turn is due first; a turn is due 1/weight after the one
 * before).
 *
 * <p>The turns repeat after as many picks as the weights add up to, so they are laid out once and a
 * pick is one atomic step.
 */
public final class WeightedRoundRobin implements Balancer {
  /**
   * Longest layout, about. Weights that add up to more are scaled down to it, each to 1 at least,
   * so that no server is left out.
   */
  private static final int MAX_TURNS = 1 << 14;

  private final List<Optional<Server>> turns;
  private final AtomicLong next;

  /**
   * @param offset where in the order of turns to begin, so that the nodes of a fleet do not all
   *     begin with the same server
   */
  public WeightedRoundRobin(List<Server> servers, int offset) {
    List<Server> weighted = servers.stream().filter(server -> server.weight() > 0).toList();
    this.turns = layOut(weighted, shares(weighted));
    this.next = new AtomicLong(turns.isEmpty() ? 0 : Math.floorMod(offset, turns.size()));
  }

  /** How many turns each server has. */
  private static int[] shares(List<Server> servers) {
    long sum = servers.stream().mapToLong(Server::weight).sum();
    long divisor =
        servers.stream()
            .mapToLong(Server::weight)
            .reduce(WeightedRoundRobin::greatestCommonDivisor)
            .orElse(1);
    double scale = Math.min(1.0 / divisor, (double) MAX_TURNS / sum);
    return servers.stream()
        .mapToInt(server -> Math.toIntExact(Math.max(1, Math.round(server.weight() * scale))))
        .toArray();
  }

  private static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /** The {@code count}th turn of a server; due when {@code count / share} of a round is over. */
  private record Due(int count, int share, int order, Optional<Server> server)
      implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int sooner = Long.compare((long) count * other.share, (long) other.count * share);
      return sooner != 0 ? sooner : Integer.compare(order, other.order);
    }

    private Due following() {
      return new Due(count + 1, share, order, server);
    }
  }

  private static List<Optional<Server>> layOut(List<Server> servers, int[] shares) {
    var queue = new PriorityQueue<Due>();
    for (int i = 0; i < shares.length; i++) {
      queue.add(new Due(1, shares[i], i, Optional.of(servers.get(i))));
    }
    var turns = new ArrayList<Optional<Server>>();
    while (!queue.isEmpty()) {
      Due due = queue.remove();
      turns.add(due.server());
      if (due.count() < due.share()) {
        queue.add(due.following());
      }
    }
    return List.copyOf(turns);
  }

  @Override
  public Optional<Server> next(RequestHead request) {
    return switch (turns.size()) {
      case 0 -> Optional.empty();
      case 1 -> turns.getFirst();
      default -> turns.get((int) (next.getAndIncrement() % turns.size()));
    };
  }
}
