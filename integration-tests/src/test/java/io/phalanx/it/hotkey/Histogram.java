package io.phalanx.it.hotkey;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Nanoseconds, each known to a sixteenth. Safe for threads. */
final class Histogram {
  private static final int PARTS = 16;
  private static final int PART_BITS = 4;

  private final AtomicLongArray counts = new AtomicLongArray((64 - PART_BITS + 1) * PARTS);

  void add(long nanos) {
    counts.incrementAndGet(index(Math.max(0, nanos)));
  }

  private static int index(long nanos) {
    if (nanos < PARTS) {
      return (int) nanos;
    }
    int shift = 63 - Long.numberOfLeadingZeros(nanos) - PART_BITS;
    return (shift + 1) * PARTS + (int) ((nanos >>> shift) - PARTS);
  }

  /** The longest that is counted at this index. */
  private static long highest(int index) {
    if (index < PARTS) {
      return index;
    }
    int shift = index / PARTS - 1;
    return ((long) (index % PARTS + PARTS + 1) << shift) - 1;
  }

  void add(Histogram other) {
    for (int i = 0; i < counts.length(); i++) {
      counts.addAndGet(i, other.counts.get(i));
    }
  }

  long count() {
    return IntStream.range(0, counts.length()).mapToLong(counts::get).sum();
  }

  /**
   * @param part of all that took no longer, 0 to 1
   * @return NaN if there are none
   */
  double micros(double part) {
    long wanted = Math.max(1, (long) Math.ceil(part * count()));
    long passed = 0;
    for (int i = 0; i < counts.length(); i++) {
      passed += counts.get(i);
      if (passed >= wanted) {
        return highest(i) / 1e3;
      }
    }
    return Double.NaN;
  }

  /** As {@code index:count,...}. */
  String text() {
    return IntStream.range(0, counts.length())
        .filter(i -> counts.get(i) > 0)
        .mapToObj(i -> i + ":" + counts.get(i))
        .collect(Collectors.joining(","));
  }

  static Histogram parse(String text) {
    var histogram = new Histogram();
    for (String entry : text.split(",")) {
      if (!entry.isEmpty()) {
        String[] parts = entry.split(":");
        histogram.counts.set(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
      }
    }
    return histogram;
  }
}
