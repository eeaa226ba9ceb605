package io.phalanx.cluster.budget;

import java.time.Duration;

/**
 * A token bucket: at most {@code burst} at once, refilled evenly by {@code tokens} every {@code
 * period}.
 */
public record Limit(long burst, long tokens, Duration period) {
  public Limit {
    if (burst < 1 || tokens < 1 || period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException(
          "a limit needs a burst, tokens and a period above zero: %d, %d, %s"
              .formatted(burst, tokens, period));
    }
  }
}
