package io.phalanx.cluster.demand;

import java.time.Duration;

/**
 * How many are likely to come for something within the next moment, by how many came lately. Times
 * are nanoseconds of one clock. Not safe for threads.
 */
public final class Demand {
  /** Over a shorter time nothing is said of how many come. */
  private static final long LEAST_SPAN = Duration.ofMillis(10).toNanos();

  private final long horizon;
  private long comers;
  private long countedSince;

  /**
   * @param horizon for how long those who come are to find something at hand
   */
  public Demand(Duration horizon, long now) {
    this.horizon = horizon.toNanos();
    this.countedSince = now;
  }

  public void come() {
    comers++;
  }

  /** How many come within the horizon; begins to count anew. */
  public long expected(long now) {
    long span = Math.max(LEAST_SPAN, now - countedSince);
    long expected = (long) ((double) comers * horizon / span);
    if (now - countedSince >= LEAST_SPAN) {
      comers = 0;
      countedSince = now;
    }
    return expected;
  }
}
