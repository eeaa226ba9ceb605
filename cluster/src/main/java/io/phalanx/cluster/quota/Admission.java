package io.phalanx.cluster.quota;

import java.time.Duration;

/** What became of a wish to pass. */
public sealed interface Admission {
  /**
   * Counted.
   *
   * @param rest how many may pass behind this one, as far as is known here
   * @param reset until the window turns, or the oldest of what counts leaves it
   */
  record Admitted(long rest, Duration reset) implements Admission {}

  /** Nothing was counted. There may be room in {@code retryAfter}. */
  record Refused(Duration retryAfter) implements Admission {}

  /** Nobody says, or what was said cannot be kept. */
  record Unavailable(String reason) implements Admission {}
}
