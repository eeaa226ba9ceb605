package io.phalanx.node.health;

import java.time.Duration;

/** Keeps a server that goes up and down from filling the log. Not thread-safe. */
final class LogAllowance {
  private static final int AT_ONCE = 6;
  private static final long ONE_MORE = Duration.ofSeconds(10).toNanos();

  private int left = AT_ONCE;
  private long since;
  private long unsaid;

  /**
   * Takes one line, if there is one.
   *
   * @param now nanoseconds, as {@link System#nanoTime}
   * @return how many were held back since the last one, or -1 if this one is, too
   */
  long take(long now) {
    if (left == AT_ONCE) {
      since = now;
    }
    long more = Math.min((now - since) / ONE_MORE, AT_ONCE - left);
    left += (int) more;
    since += more * ONE_MORE;
    if (left == 0) {
      unsaid++;
      return -1;
    }
    left--;
    long before = unsaid;
    unsaid = 0;
    return before;
  }

  static String remark(long unsaid) {
    return unsaid == 0 ? "" : " (and " + unsaid + " changes before)";
  }
}
