package io.phalanx.node.acme.dns;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that passes at once. */
public final class TestTime implements PassingTime {
  private Instant now = Instant.parse("2026-11-27T12:00:00Z");
  private final List<Duration> pauses = new ArrayList<>();
  private Runnable whenPassed = () -> {};

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public void pass(Duration time) {
    synchronized (this) {
      now = now.plus(time);
      pauses.add(time);
    }
    whenPassed.run();
  }

  /** What happens meanwhile. */
  public void whenPassed(Runnable event) {
    whenPassed = event;
  }

  public synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }
}
