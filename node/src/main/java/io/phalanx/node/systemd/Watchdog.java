package io.phalanx.node.systemd;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds out whether threads still run what they are given: each is asked, and only when all have
 * answered this is alive, and they are asked again. So one that hangs ends it, however often it is
 * looked at. {@link #look} is for one thread.
 */
final class Watchdog {
  private final List<Executor> threads;
  private final Runnable alive;
  private final AtomicInteger unanswered = new AtomicInteger();

  /**
   * @param threads one each
   * @param alive called by the last one that answers; must not wait
   */
  Watchdog(List<Executor> threads, Runnable alive) {
    this.threads = List.copyOf(threads);
    this.alive = alive;
  }

  /** Asks all, unless some have not answered yet. Does not wait. */
  void look() {
    if (unanswered.compareAndSet(0, threads.size())) {
      threads.forEach(this::ask);
    }
  }

  /** One that has ended hangs nobody up. */
  private void ask(Executor thread) {
    try {
      thread.execute(this::answer);
    } catch (RejectedExecutionException _) {
      answer();
    }
  }

  private void answer() {
    if (unanswered.decrementAndGet() == 0) {
      alive.run();
    }
  }
}
