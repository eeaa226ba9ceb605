package io.phalanx.node;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.settings.EntryPointSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How an entry point ends, by its own {@code lifeCycle}: it goes on for a while, so that whoever
 * sends it requests learns that it is about to end; then it takes nothing new and finishes what is
 * on its way, as far as there is time.
 *
 * @param goesOn how long it still accepts
 * @param finishes how long it then waits for what is on its way
 * @param stopAccepting called once, not on an I/O thread
 * @param inWork what is on its way
 * @param close called once
 */
record Farewell(
    Duration goesOn,
    Duration finishes,
    Runnable stopAccepting,
    LongSupplier inWork,
    Runnable close) {
  private static final Duration STEP = Duration.ofMillis(10);

  static Farewell of(EntryPoint entryPoint, EntryPointSettings.LifeCycle lifeCycle) {
    return new Farewell(
        lifeCycle.requestAcceptGraceTimeout(),
        lifeCycle.graceTimeOut(),
        entryPoint::stopAccepting,
        entryPoint::activeExchanges,
        entryPoint::close);
  }

  /** Of what takes nothing new by itself. */
  static Farewell to(LongSupplier inWork, Duration finishes) {
    return new Farewell(Duration.ZERO, finishes, () -> {}, inWork, () -> {});
  }

  /** How long the last of them may take. */
  static Duration longest(List<Farewell> farewells) {
    return farewells.stream()
        .map(farewell -> farewell.goesOn.plus(farewell.finishes))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /**
   * Ends all, each in its own time and beside the others. Returns when the last one is closed; when
   * the thread is interrupted, none waits any more.
   */
  static void all(List<Farewell> farewells) {
    List<Thread> threads = new ArrayList<>();
    for (Farewell farewell : farewells) {
      threads.add(Thread.ofVirtual().name("farewell").start(farewell::run));
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true;
          threads.forEach(Thread::interrupt);
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the end of all of these, unless the thread is interrupted. */
  static void await(List<Thread> threads) {
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      TimeUnit.NANOSECONDS.sleep(goesOn.toNanos());
      stopAccepting.run();
      long end = System.nanoTime() + finishes.toNanos();
      while (inWork.getAsLong() > 0 && System.nanoTime() < end) {
        TimeUnit.NANOSECONDS.sleep(STEP.toNanos());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      close.run();
    }
  }
}
