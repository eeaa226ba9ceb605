package io.phalanx.cluster.budget;

import io.phalanx.cluster.side.Counted;
import java.time.Duration;

/**
 * A token bucket: at most {@code burst} at once, refilled evenly by {@code tokens} every {@code
 * period}.
 *
 * @param counted by whom, while the fleet may be split
 */
public record Limit(long burst, long tokens, Duration period, Counted counted) {
  public Limit {
    if (burst < 1 || tokens < 1 || period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException(
          "a limit needs a burst, tokens and a period above zero: %d, %d, %s"
              .formatted(burst, tokens, period));
    }
  }

  /** One that is never exceeded, whatever happens to the fleet. */
  public Limit(long burst, long tokens, Duration period) {
    this(burst, tokens, period, Counted.BY_SHARES);
  }
}
