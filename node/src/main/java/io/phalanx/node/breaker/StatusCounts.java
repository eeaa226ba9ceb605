package io.phalanx.node.breaker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * How many answers of the last ten seconds had statuses of some sets. Statuses that are in the same
 * sets have one counter, so that an answer costs one increment. Each second has counters of its
 * own, which are made when the first answer comes.
 */
final class StatusCounts {
  private static final int SECONDS = 10;
  private static final long NANOS = 1_000_000_000;
  private static final int FIRST_STATUS = 100;
  private static final int STATUSES = 900;

  private final byte[] groups = new byte[STATUSES];

  /** By group: the sets that it is in, as bits. */
  private final List<Long> sets = new ArrayList<>();

  private final AtomicReferenceArray<Second> seconds = new AtomicReferenceArray<>(SECONDS);

  private record Second(long number, List<LongAdder> counts) {}

  /**
   * @param sets at most 63
   */
  StatusCounts(List<IntPredicate> sets) {
    for (int i = 0; i < STATUSES; i++) {
      long bits = 0;
      for (int set = 0; set < sets.size(); set++) {
        bits |= sets.get(set).test(FIRST_STATUS + i) ? 1L << set : 0;
      }
      int group = this.sets.indexOf(bits);
      if (group < 0) {
        group = this.sets.size();
        this.sets.add(bits);
      }
      groups[i] = (byte) group;
    }
  }

  void record(int status, long now) {
    int group = groups[Math.clamp(status - FIRST_STATUS, 0, STATUSES - 1)];
    second(Math.floorDiv(now, NANOS)).counts.get(group).increment();
  }

  /** The counters of a second, or of a later one if those have taken their place. */
  private Second second(long number) {
    int slot = Math.floorMod(number, SECONDS);
    Second known = seconds.get(slot);
    while (known == null || known.number < number) {
      Second fresh = fresh(number);
      if (seconds.compareAndSet(slot, known, fresh)) {
        return fresh;
      }
      known = seconds.get(slot);
    }
    return known;
  }

  private Second fresh(long number) {
    return new Second(number, Stream.generate(LongAdder::new).limit(sets.size()).toList());
  }

  /** How many by set, and behind those how many in all. */
  long[] counts(int setCount, long now) {
    long oldest = Math.floorDiv(now, NANOS) - SECONDS + 1;
    var sums = new long[setCount + 1];
    for (int slot = 0; slot < SECONDS; slot++) {
      Second second = seconds.get(slot);
      if (second != null && second.number >= oldest) {
        for (int group = 0; group < second.counts.size(); group++) {
          long count = second.counts.get(group).sum();
          long in = sets.get(group);
          for (int set = 0; set < setCount; set++) {
            sums[set] += ((in >> set) & 1) * count;
          }
          sums[setCount] += count;
        }
      }
    }
    return sums;
  }

  void clear() {
    for (int slot = 0; slot < SECONDS; slot++) {
      seconds.set(slot, null);
    }
  }
}
