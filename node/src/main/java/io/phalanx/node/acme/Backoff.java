package io.phalanx.node.acme;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Pauses that grow while attempts fail. */
record Backoff(Duration first, Duration longest) {
  private static final int MAX_DOUBLINGS = 20;

  /** No limit of an authority is longer than a week; what says so is not taken at its word. */
  private static final Duration LONGEST = Duration.ofDays(7);

  /** Clocks of members differ. */
  private static final Duration SLACK = Duration.ofDays(1);

  /** For a need whose order failed. */
  static final Backoff ORDERS = new Backoff(Duration.ofMinutes(1), Duration.ofHours(6));

  /** For an authority that cannot be reached. */
  static final Backoff AUTHORITY = new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(10));

  /** Whether it is time again; whoever wrote a moment down that is too far had a wrong clock. */
  static boolean isOver(Instant notBefore, Instant now) {
    return !notBefore.isAfter(now) || notBefore.isAfter(now.plus(LONGEST).plus(SLACK));
  }

  /**
   * @param times how many have failed in a row, from 1
   */
  Duration after(int times) {
    Duration pause = first.multipliedBy(1L << Math.clamp(times - 1, 0, MAX_DOUBLINGS));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }

  /** When to ask again if the authority says until when it is not to be asked. */
  Instant after(int times, Instant now, Optional<Instant> wanted) {
    Instant own = now.plus(after(times));
    Instant latest = now.plus(LONGEST);
    return wanted.filter(own::isBefore).map(one -> one.isBefore(latest) ? one : latest).orElse(own);
  }
}
