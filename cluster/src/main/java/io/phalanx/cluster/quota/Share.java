package io.phalanx.cluster.quota;

import io.phalanx.cluster.side.Side;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one side has of an amount while not all of the fleet is here: tokens that it may use, and
 * those that it used, which come back when their part leaves the window. Whatever happens, all
 * sides together never have more than the amount. Not safe for threads.
 */
final class Share {
  private final TreeMap<Long, Long> used;
  private long free;

  Share(long free, Map<Long, Long> used) {
    this.free = free;
    this.used = new TreeMap<>(used);
  }

  /** So many in all, of which some were used. */
  static Share of(long amount, List<Part> parts) {
    var used = new TreeMap<Long, Long>();
    long free = amount;
    for (Part part : parts) {
      used.put(part.number(), part.used());
      free -= part.used();
    }
    return new Share(free, used);
  }

  /** Members of this side are on another one now, each with its part. */
  void divide(int left, int all) {
    free = Side.part(free, left, all);
    used.replaceAll((_, tokens) -> Side.part(tokens, left, all));
  }

  /** What counted before so much of the time comes back. */
  void leave(Window window, long at) {
    used.entrySet()
        .removeIf(
            part -> {
              boolean left = window.leaves(part.getKey()) <= at;
              free += left ? part.getValue() : 0;
              return left;
            });
  }

  void use(long part, long tokens) {
    free -= tokens;
    used.merge(part, tokens, Long::sum);
  }

  /** As many at most as were used here. */
  void giveBack(long part, long tokens) {
    long back = Math.min(tokens, used.getOrDefault(part, 0L));
    free += back;
    used.merge(part, -back, Long::sum);
  }

  /** It has so many in all, used or not, if it has less. */
  void raise(long amount) {
    free = Math.max(free, amount - used());
  }

  private long used() {
    long sum = 0;
    for (long tokens : used.values()) {
      sum += tokens;
    }
    return sum;
  }

  /**
   * How many may be used now.
   *
   * @param most how many there may be in all, used or not
   */
  long room(long most) {
    return Math.max(0, Math.min(free, most - used()));
  }

  long free() {
    return free;
  }

  /** By the parts in which they count. */
  Map<Long, Long> usedByPart() {
    return used;
  }
}
