package io.phalanx.node.acme;

import java.time.Duration;

/** Pauses that grow while attempts fail. */
record Backoff(Duration first, Duration longest) {
  private static final int MAX_DOUBLINGS = 20;

  /** For a need whose order failed. */
  static final Backoff ORDERS = new Backoff(Duration.ofMinutes(1), Duration.ofHours(6));

  /** For an authority that cannot be reached. */
  static final Backoff AUTHORITY = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(10));

  /**
   * @param times how many have failed in a row, from 1
   */
  Duration after(int times) {
    Duration pause = first.multipliedBy(1L << Math.clamp(times - 1, 0, MAX_DOUBLINGS));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
