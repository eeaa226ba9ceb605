package io.phalanx.node.health;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** What the health of all servers has in common: time, and a number that grows with changes. */
final class Surroundings {
  private final ScheduledExecutorService scheduler;
  private final LongSupplier nanoTime;
  private final AtomicLong changes = new AtomicLong();

  Surroundings(ScheduledExecutorService scheduler, LongSupplier nanoTime) {
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
  }

  /** Nanoseconds, as {@link System#nanoTime}. */
  long now() {
    return nanoTime.getAsLong();
  }

  long changes() {
    return changes.get();
  }

  void changed() {
    changes.incrementAndGet();
  }

  /** Not when the node has stopped by then. */
  void later(Duration delay, Runnable task) {
    try {
      var _ = scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // The node stops.
    }
  }
}
