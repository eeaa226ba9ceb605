package io.phalanx.node.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Things in turn, each as often as its weight says and spread as evenly as can be (Traefik's {@code
 * wrr}: that whose next turn is due first; a turn is due 1/weight after the one before).
 *
 * <p>The turns repeat after as many picks as the weights add up to, so they are laid out once and a
 * pick is one atomic step. Thread-safe.
 */
public final class WeightedTurns<T> {
  /**
   * Longest layout, about. Weights that add up to more are scaled down to it, each to 1 at least,
   * so that nothing is left out.
   */
  private static final int MAX_TURNS = 1 << 14;

  private final List<Optional<T>> turns;
  private final AtomicLong next;

  /** Something and its share among the others; at 0 or below it gets no turn. */
  public record Share<T>(T of, int weight) {}

  /**
   * @param offset where in the order of turns to begin, so that the nodes of a fleet do not all
   *     begin with the same one
   */
  public WeightedTurns(List<Share<T>> all, int offset) {
    List<Share<T>> weighted = all.stream().filter(share -> share.weight() > 0).toList();
    this.turns = layOut(weighted, counts(weighted));
    this.next = new AtomicLong(turns.isEmpty() ? 0 : Math.floorMod(offset, turns.size()));
  }

  /** Whose turn it is; empty if there is nothing with a weight. */
  public Optional<T> next() {
    return switch (turns.size()) {
      case 0 -> Optional.empty();
      case 1 -> turns.getFirst();
      default -> turns.get((int) (next.getAndIncrement() % turns.size()));
    };
  }

  /** How many turns each has. */
  private static <T> int[] counts(List<Share<T>> shares) {
    long sum = shares.stream().mapToLong(Share::weight).sum();
    long divisor =
        shares.stream()
            .mapToLong(Share::weight)
            .reduce(WeightedTurns::greatestCommonDivisor)
            .orElse(1);
    double scale = Math.min(1.0 / divisor, (double) MAX_TURNS / sum);
    return shares.stream()
        .mapToInt(share -> Math.toIntExact(Math.max(1, Math.round(share.weight() * scale))))
        .toArray();
  }

  private static long greatestCommonDivisor(long a, long b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /** The {@code count}th turn of something; due when {@code count / share} of a round is over. */
  private record Due<T>(int count, int share, int order, Optional<T> of)
      implements Comparable<Due<T>> {
    @Override
    public int compareTo(Due<T> other) {
      int sooner = Long.compare((long) count * other.share, (long) other.count * share);
      return sooner != 0 ? sooner : Integer.compare(order, other.order);
    }

    private Due<T> following() {
      return new Due<>(count + 1, share, order, of);
    }
  }

  private static <T> List<Optional<T>> layOut(List<Share<T>> shares, int[] counts) {
    var queue = new PriorityQueue<Due<T>>();
    for (int i = 0; i < counts.length; i++) {
      queue.add(new Due<>(1, counts[i], i, Optional.of(shares.get(i).of())));
    }
    var turns = new ArrayList<Optional<T>>();
    while (!queue.isEmpty()) {
      Due<T> due = queue.remove();
      turns.add(due.of());
      if (due.count() < due.share()) {
        queue.add(due.following());
      }
    }
    return List.copyOf(turns);
  }
}
