package io.phalanx.it.benchmark;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Times of requests, each as it was measured. */
final class Latencies {
  private final long[] sorted;

  private Latencies(long[] sorted) {
    this.sorted = sorted;
  }

  static Latencies of(LongStream times) {
    return new Latencies(times.sorted().toArray());
  }

  static Latencies of(long[] times, int count) {
    long[] sorted = Arrays.copyOf(times, count);
    Arrays.sort(sorted);
    return new Latencies(sorted);
  }

  /** The smallest that this part of all does not exceed, 0 to 1; 0 without any. */
  long part(double part) {
    int index = (int) Math.ceil(part * sorted.length) - 1;
    return sorted.length == 0 ? 0 : sorted[Math.max(0, index)];
  }
}
