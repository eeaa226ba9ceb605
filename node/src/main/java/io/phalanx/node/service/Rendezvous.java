package io.phalanx.node.service;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Picks by a key, the same thing for the same key as long as it is there, on every node: that with
 * the highest random weight (rendezvous hashing). The scores are Traefik's, and so are the picks.
 */
public final class Rendezvous<T> {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final double RANGE = 0x1p64;

  private final List<Entry<T>> entries;

  /**
   * @param name what is hashed with the key
   * @param weight at 0 or below it is never picked
   */
  public record Entry<T>(T of, String name, int weight) {}

  public Rendezvous(List<Entry<T>> entries) {
    this.entries = entries.stream().filter(entry -> entry.weight() > 0).toList();
  }

  /** What {@code key} belongs to; empty if there is nothing. */
  public Optional<T> pick(String key) {
    return pick(key, _ -> 1);
  }

  /**
   * The same.
   *
   * @param share how much of the weight of each counts now, above 0 to 1
   */
  Optional<T> pick(String key, ToDoubleFunction<T> share) {
    Optional<T> best = Optional.empty();
    double highest = -1;
    for (Entry<T> entry : entries) {
      double score = score(key + entry.name()) * entry.weight() * share.applyAsDouble(entry.of());
      if (score > highest) {
        highest = score;
        best = Optional.of(entry.of());
      }
    }
    return best;
  }

  private static double score(String text) {
    long hash = FNV_OFFSET;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    double unsigned = (hash >>> 1) * 2.0 + (hash & 1);
    return 1 / -Math.log(unsigned / RANGE);
  }
}
