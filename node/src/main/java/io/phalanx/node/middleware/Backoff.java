package io.phalanx.node.middleware;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before each try but the first: longer each time, and each time a random share
 * more or less, so that those that failed together do not come back together. Traefik's: the
 * factors between all tries make up two, and the share is a half.
 */
final class Backoff {
  private static final double LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

  private final double factor;
  private final DoubleSupplier random;
  private double nanos;

  /**
   * @param initial zero does not wait at all
   * @param attempts tries in all, more than one
   * @param random from 0 to 1
   */
  Backoff(Duration initial, int attempts, DoubleSupplier random) {
    this.factor = Math.pow(2, 1.0 / (attempts - 1));
    this.random = random;
    this.nanos = Math.clamp((double) initial.toNanos(), 0, LONGEST_NANOS);
  }

  Duration next() {
    Duration wait = Duration.ofNanos(Math.round(nanos * (0.5 + random.getAsDouble())));
    nanos = Math.min(nanos * factor, LONGEST_NANOS);
    return wait;
  }
}
