package io.phalanx.it.hostile;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/** How long answers took, in nanoseconds. */
final class Latencies {
  private final ConcurrentLinkedQueue<Long> all = new ConcurrentLinkedQueue<>();

  void add(long nanos) {
    all.add(nanos);
  }

  int count() {
    return all.size();
  }

  /**
   * @param part of all that took no longer, 0 to 1
   */
  double millis(double part) {
    long[] sorted = all.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    int index = (int) Math.ceil(part * sorted.length) - 1;
    return sorted.length == 0 ? Double.NaN : sorted[Math.max(0, index)] / 1e6;
  }
}
