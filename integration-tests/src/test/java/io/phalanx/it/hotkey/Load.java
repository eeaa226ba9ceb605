package io.phalanx.it.hotkey;

import com.sun.management.OperatingSystemMXBean;
import io.phalanx.cluster.budget.Limit;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Questions about one key from one thread, without waiting for the answers to those before: some a
 * second at even times, or as many as are answered.
 */
final class Load {
  /** As many are unanswered at most with a pace, so that nothing grows without bound. */
  private static final int PACED_WINDOW = 2048;

  /** And without one: enough that whoever decides never waits for questions. */
  private static final int FLAT_OUT_WINDOW = 256;

  /** Without a pace so many are asked before they are sent. */
  private static final int BATCH = 64;

  private static final long NAP = Duration.ofNanos(200_000).toNanos();
  private static final long LAST_ANSWERS = Duration.ofSeconds(5).toNanos();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Decider decider;
  private final String key;
  private final Limit limit;
  private volatile long countsFrom;
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder admitted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private final Histogram latencies = new Histogram();
  private final Histogram lateness = new Histogram();

  Load(Decider decider, String key, Limit limit) {
    this.decider = decider;
    this.key = key;
    this.limit = limit;
  }

  /**
   * @param perSecond 0 for as many as are answered
   * @param lead how long it goes on before anything counts
   */
  Sample run(int perSecond, Duration lead, Duration time) {
    ask(perSecond, lead, System.nanoTime() + lead.toNanos());
    long cpu = SYSTEM.getProcessCpuTime();
    long from = System.nanoTime();
    ask(perSecond, time, from);
    awaitBelow(1, System.nanoTime() + LAST_ANSWERS);
    long to = System.nanoTime();
    return new Sample(
        from,
        to,
        admitted.sum(),
        refused.sum(),
        unanswered.sum() + open.get(),
        SYSTEM.getProcessCpuTime() - cpu,
        latencies,
        lateness);
  }

  /**
   * @param countsFrom what is asked from then on counts
   */
  private void ask(int perSecond, Duration time, long countsFrom) {
    this.countsFrom = countsFrom;
    if (perSecond == 0) {
      flatOut(System.nanoTime(), time.toNanos());
    } else {
      paced(System.nanoTime(), time.toNanos(), perSecond);
    }
  }

  private void paced(long from, long nanos, int perSecond) {
    long all = nanos * perSecond / 1_000_000_000L;
    long asked = 0;
    while (asked < all) {
      long due = Math.min(all, (System.nanoTime() - from) * perSecond / 1_000_000_000L + 1);
      for (; asked < due && open.get() < PACED_WINDOW; asked++) {
        lateness.add(System.nanoTime() - from - asked * 1_000_000_000L / perSecond);
        ask();
      }
      decider.flush();
      LockSupport.parkNanos(NAP);
    }
  }

  private void flatOut(long from, long nanos) {
    while (System.nanoTime() - from < nanos) {
      for (int i = 0; i < BATCH; i++) {
        ask();
      }
      decider.flush();
      awaitBelow(FLAT_OUT_WINDOW, from + nanos);
    }
  }

  private void awaitBelow(int count, long end) {
    while (open.get() >= count && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(NAP / 4);
    }
  }

  private void ask() {
    long start = System.nanoTime();
    open.incrementAndGet();
    CompletionStage<Decider.Outcome> decision = decider.decide(key, limit);
    CompletableFuture<Decider.Outcome> known = decision.toCompletableFuture();
    if (known.isDone()) {
      count(known.join(), start);
    } else {
      decision.thenAccept(outcome -> count(outcome, start));
    }
  }

  private void count(Decider.Outcome outcome, long start) {
    if (start - countsFrom < 0) {
      open.decrementAndGet();
      return;
    }
    latencies.add(System.nanoTime() - start);
    switch (outcome) {
      case ADMITTED -> admitted.increment();
      case REFUSED -> refused.increment();
      case UNANSWERED -> unanswered.increment();
    }
    open.decrementAndGet();
  }
}
