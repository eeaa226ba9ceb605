package io.phalanx.node.health;

import java.time.Duration;

/** The last failures of one server. Not thread-safe. */
final class Failures {
  private final long[] times;
  private final long window;
  private int count;

  /**
   * @param most how many within {@code window} are one too many
   */
  Failures(int most, Duration window) {
    this.times = new long[most];
    this.window = window.toNanos();
  }

  /**
   * Adds one.
   *
   * @param now nanoseconds, as {@link System#nanoTime}
   */
  boolean isOneTooMany(long now) {
    if (count > 0) {
      keepThoseSince(now);
    }
    if (count == times.length) {
      System.arraycopy(times, 1, times, 0, --count);
    }
    times[count++] = now;
    return count == times.length;
  }

  private void keepThoseSince(long now) {
    int old = 0;
    while (old < count && now - times[old] > window) {
      old++;
    }
    count -= old;
    System.arraycopy(times, old, times, 0, count);
  }

  void forget() {
    count = 0;
  }
}
