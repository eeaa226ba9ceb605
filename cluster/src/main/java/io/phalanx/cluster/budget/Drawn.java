package io.phalanx.cluster.budget;

import java.time.Duration;
import java.util.List;

/**
 * What a bucket gave.
 *
 * @param delays of the wanted tokens that are admitted, in order, each from when it was asked for
 * @param held tokens of the member's advance now, those included that it said it still had
 * @param next when another token may be there, from when it was asked for
 * @param left how many tokens are left for all members, beside what they have in advance
 */
public record Drawn(List<Duration> delays, long held, Duration next, long left) {
  public Drawn {
    delays = List.copyOf(delays);
    left = Math.max(0, left);
    if (held < 0 || next.isNegative()) {
      throw new IllegalArgumentException("%d held, the next in %s".formatted(held, next));
    }
  }
}
