package io.phalanx.node.service;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** How busy and how quick one server is. Thread-safe. */
final class ServerLoad {
  /** Traefik's. */
  private static final int SAMPLES = 100;

  /**
   * As long as that, at least, is a failure said to have taken: else a server that fails at once
   * would be the quickest.
   */
  private static final long FAILURE_MILLIS = 10_000;

  /** After so long nothing is known any more of a server that got no requests. */
  private static final long FORGOTTEN_NANOS = Duration.ofSeconds(30).toNanos();

  private final AtomicInteger inFlight = new AtomicInteger();
  private final long[] samples = new long[SAMPLES];
  private int count;
  private long sum;
  private volatile Average average = new Average(0, 0, false);

  /**
   * @param millis to the head of an answer
   * @param at when the last answer came
   */
  private record Average(double millis, long at, boolean isKnown) {}

  void entered() {
    inFlight.incrementAndGet();
  }

  void left() {
    inFlight.decrementAndGet();
  }

  int inFlight() {
    return inFlight.get();
  }

  void failed(long millis, long now) {
    answered(Math.max(millis, FAILURE_MILLIS), now);
  }

  /**
   * The head of an answer came. Whole milliseconds, so that servers that are about as quick tie.
   */
  synchronized void answered(long millis, long now) {
    if (isForgotten(now)) {
      count = 0;
      sum = 0;
    }
    int at = count % SAMPLES;
    if (count >= SAMPLES) {
      sum -= samples[at];
    }
    samples[at] = millis;
    sum += millis;
    // Beyond the second round only the place counts.
    count = count == 2 * SAMPLES - 1 ? SAMPLES : count + 1;
    average = new Average((double) sum / Math.min(count, SAMPLES), now, true);
  }

  private boolean isForgotten(long now) {
    Average known = average;
    return known.isKnown() && now - known.at() > FORGOTTEN_NANOS;
  }

  /** Milliseconds to the head of an answer, of the last 100; -1 if nothing is known. */
  double millis(long now) {
    Average known = average;
    return known.isKnown() && now - known.at() <= FORGOTTEN_NANOS ? known.millis() : -1;
  }
}
