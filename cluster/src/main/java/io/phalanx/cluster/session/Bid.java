package io.phalanx.cluster.session;

import java.time.Duration;

/**
 * What is asked for one session.
 *
 * @param place where it is from now on, if it is nowhere; empty: it stays nowhere
 * @param leaving the place that it leaves, if that is where it is; empty: none
 * @param claimed whether {@code place} itself says that the session is there, which counts more
 *     than what was known
 * @param expiry how long it is remembered when nobody asks for it
 */
public record Bid(String place, String leaving, boolean claimed, Duration expiry) {
  public Bid {
    if (!expiry.isPositive()) {
      throw new IllegalArgumentException("remembered for " + expiry);
    }
    if (claimed && place.isEmpty()) {
      throw new IllegalArgumentException("claimed by nobody");
    }
  }

  /** Stays where it is, and is at {@code place} if it is nowhere. */
  public static Bid at(String place, Duration expiry) {
    return new Bid(place, "", false, expiry);
  }

  /** As {@link #at}, but not at {@code leaving}. */
  public static Bid instead(String place, String leaving, Duration expiry) {
    return new Bid(place, leaving, false, expiry);
  }

  /** Is at {@code place}, which says so. */
  public static Bid claim(String place, Duration expiry) {
    return new Bid(place, "", true, expiry);
  }
}
