package io.phalanx.cluster.breaker;

import java.time.Duration;

/**
 * How a breaker goes about it.
 *
 * @param checkPeriod how long nobody looks at what was measured once somebody has
 * @param fallback how long all are refused
 * @param recovery how long the share of those who pass grows behind that
 */
public record Terms(Duration checkPeriod, Duration fallback, Duration recovery) {
  public Terms {
    if (!checkPeriod.isPositive() || !fallback.isPositive() || !recovery.isPositive()) {
      throw new IllegalArgumentException(
          "durations must be positive: %s, %s, %s".formatted(checkPeriod, fallback, recovery));
    }
  }
}
