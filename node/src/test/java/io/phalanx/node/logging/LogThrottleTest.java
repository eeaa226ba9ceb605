package io.phalanx.node.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogThrottleTest {
  private final LogThrottle throttle = new LogThrottle(Duration.ofNanos(10));

  @Test
  void letsOneLineThroughInEachIntervalAndCountsTheOthers() {
    assertThat(throttle.admit("a", 100)).isZero();
    assertThat(throttle.admit("a", 101)).isEqualTo(-1);
    assertThat(throttle.admit("a", 109)).isEqualTo(-1);
    assertThat(throttle.admit("a", 110)).isEqualTo(2);
    assertThat(throttle.admit("a", 120)).isZero();
  }

  @Test
  void knowsSubjectsApart() {
    assertThat(throttle.admit("a", 100)).isZero();
    assertThat(throttle.admit("b", 100)).isZero();
  }

  @Test
  void forgetsRatherThanGrow() {
    for (int i = 0; i < 5000; i++) {
      assertThat(throttle.admit("server-" + i, 100)).isZero();
    }
  }
}
