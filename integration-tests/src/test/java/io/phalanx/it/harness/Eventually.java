package io.phalanx.it.harness;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Waits for what comes about by itself. */
public final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Eventually() {}

  /**
   * @throws AssertionError that says {@code what} if it does not hold within {@code limit}
   */
  public static void holds(String what, Duration limit, Callable<Boolean> condition)
      throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.call()) {
      pauseUntil(end, what);
    }
  }

  /**
   * @throws AssertionError with the last value if none is as wanted within {@code limit}
   */
  public static void becomes(Duration limit, Callable<String> value, Predicate<String> wanted)
      throws Exception {
    long end = System.nanoTime() + limit.toNanos();
    for (String now = value.call(); !wanted.test(now); now = value.call()) {
      pauseUntil(end, now);
    }
  }

  private static void pauseUntil(long end, String what) throws InterruptedException {
    if (System.nanoTime() - end >= 0) {
      throw new AssertionError("it does not come to this: " + what);
    }
    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
  }
}
