package io.phalanx.node.acme.dns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** A clock that can be waited for. */
public interface PassingTime extends InstantSource {
  void pass(Duration time) throws InterruptedException;

  /** As the given clock shows it, and the thread waits. */
  static PassingTime of(InstantSource clock) {
    return new PassingTime() {
      @Override
      public Instant instant() {
        return clock.instant();
      }

      @Override
      public void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
      }
    };
  }
}
