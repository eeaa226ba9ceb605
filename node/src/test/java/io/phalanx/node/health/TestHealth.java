package io.phalanx.node.health;

import java.util.concurrent.Executors;

/** Health for tests that are about something else. */
public final class TestHealth {
  private TestHealth() {}

  /** Nobody is asked. */
  public static HealthChecks unasked() {
    return new HealthChecks(
        (_, _) -> {},
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory()),
        System::nanoTime,
        () -> 0);
  }
}
