package io.phalanx.node.breaker;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * How long answers took, of the last minute, in steps of ten seconds. Kept to eight binary digits
 * (better than 1 %), in microseconds up to an hour; longer ones are not counted, as in Traefik. 80
 * KiB at most.
 */
final class Latencies {
  private static final int STEPS = 6;
  private static final long STEP = 10_000_000_000L;
  private static final long LONGEST_MICROS = 3_600_000_000L;
  private static final int DIGITS = 8;
  private static final int HALF = 1 << (DIGITS - 1);
  private static final int SIZE = index(LONGEST_MICROS) + 1;

  private final AtomicReferenceArray<Step> steps = new AtomicReferenceArray<>(STEPS);

  private record Step(long number, AtomicIntegerArray counts) {}

  /** Those below 256 have a place each, those above share it with their neighbours. */
  private static int index(long micros) {
    int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(micros) - DIGITS);
    return shift * HALF + (int) (micros >> shift);
  }

  /** The longest that has the place. */
  private static long micros(int index) {
    int shift = Math.max(0, index / HALF - 1);
    long digits = index - (long) shift * HALF;
    return ((digits + 1) << shift) - 1;
  }

  void record(long nanos, long now) {
    long micros = Math.max(0, nanos / 1000);
    if (micros <= LONGEST_MICROS) {
      step(Math.floorDiv(now, STEP)).counts.incrementAndGet(index(micros));
    }
  }

  private Step step(long number) {
    int slot = Math.floorMod(number, STEPS);
    Step known = steps.get(slot);
    while (known == null || known.number < number) {
      var fresh = new Step(number, new AtomicIntegerArray(SIZE));
      if (steps.compareAndSet(slot, known, fresh)) {
        return fresh;
      }
      known = steps.get(slot);
    }
    return known;
  }

  /** What the fastest {@code percent} of all took at most, in milliseconds; 0 if there are none. */
  long millisAt(double percent, long now) {
    long oldest = Math.floorDiv(now, STEP) - STEPS + 1;
    var sums = new long[SIZE];
    long total = 0;
    for (int slot = 0; slot < STEPS; slot++) {
      Step step = steps.get(slot);
      if (step != null && step.number >= oldest) {
        for (int i = 0; i < SIZE; i++) {
          int count = step.counts.get(i);
          sums[i] += count;
          total += count;
        }
      }
    }
    long wanted = (long) (Math.min(100, percent) / 100 * total + 0.5);
    long seen = 0;
    for (int i = 0; i < SIZE && total > 0; i++) {
      seen += sums[i];
      if (seen >= wanted && seen > 0) {
        return micros(i) / 1000;
      }
    }
    return 0;
  }

  void clear() {
    for (int slot = 0; slot < STEPS; slot++) {
      steps.set(slot, null);
    }
  }
}
