package io.phalanx.it.fleet;

import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What was admitted, against what the limit allows: in no interval more than its burst and what
 * comes during the interval.
 *
 * @param admitted in all
 * @param allowed from the first demand until the last: the burst and what came since
 * @param excess the most that was admitted beyond the limit in any interval; zero or less if that
 *     was kept
 * @param when the worst interval began
 * @param during how long that is
 */
record Account(int admitted, double allowed, double excess, long when, Duration during) {
  private static final double ROUNDING = 1e-6;

  /**
   * Counts for an interval only what was surely within it, so that a process that hung before it
   * could write something down is not blamed.
   *
   * @param until when the demand ended
   * @throws IllegalArgumentException if nothing was admitted
   */
  static Account of(List<Admission> admissions, Limit limit, long until) {
    if (admissions.isEmpty()) {
      throw new IllegalArgumentException("nothing was admitted");
    }
    List<Admission> byEnd =
        admissions.stream().sorted(Comparator.comparingLong(Admission::admitted)).toList();
    long[] asked = byEnd.stream().mapToLong(Admission::asked).toArray();
    long[] admitted = byEnd.stream().mapToLong(Admission::admitted).toArray();
    long from = Arrays.stream(asked).min().getAsLong();
    double perNano = (double) limit.tokens() / limit.period().toNanos();
    double worst = Double.NEGATIVE_INFINITY;
    long begin = from;
    long end = from;
    for (long start : asked) {
      int count = 0;
      for (int i = firstAfter(admitted, start); i < admitted.length; i++) {
        if (asked[i] < start) {
          continue;
        }
        count++;
        double excess = count - limit.burst() - (admitted[i] - start) * perNano;
        if (excess > worst) {
          worst = excess;
          begin = start;
          end = admitted[i];
        }
      }
    }
    return new Account(
        byEnd.size(),
        limit.burst() + (until - from) * perNano,
        worst,
        begin,
        Duration.ofNanos(end - begin));
  }

  /** Where those begin that ended at {@code time} or later. */
  private static int firstAfter(long[] sorted, long time) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  double missing() {
    return allowed - admitted;
  }

  boolean keepsTheLimit() {
    return excess <= ROUNDING;
  }

  @Override
  public String toString() {
    return "%d admitted of %.0f (%.1f %% missing), %s"
        .formatted(
            admitted,
            allowed,
            100 * missing() / allowed,
            keepsTheLimit()
                ? "never too many"
                : "%.1f too many in %.3f s".formatted(excess, during.toNanos() / 1e9));
  }
}
