package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FarewellTest {
  private static final Duration LONG = Duration.ofHours(1);

  /** An entry point that notes what is done to it. */
  private static final class Noted {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong inWork = new AtomicLong(1);

    Farewell in(Duration goesOn, Duration finishes) {
      return new Farewell(goesOn, finishes, stopped::countDown, inWork::get, closed::countDown);
    }

    boolean isStopped() {
      return stopped.getCount() == 0;
    }

    boolean isClosed() {
      return closed.getCount() == 0;
    }
  }

  private final Noted hurried = new Noted();
  private final Noted patient = new Noted();
  private final Noted goingOn = new Noted();

  @Test
  void eachHasItsOwnTimes() throws Exception {
    var farewells =
        List.of(
            hurried.in(Duration.ZERO, Duration.ofNanos(1)),
            patient.in(Duration.ZERO, LONG),
            goingOn.in(LONG, LONG));
    Thread ending = Thread.ofVirtual().start(() -> Farewell.all(farewells));

    assertThat(hurried.closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(patient.stopped.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(patient.isClosed()).isFalse();
    assertThat(goingOn.isStopped()).isFalse();

    patient.inWork.set(0);

    assertThat(patient.closed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(goingOn.isStopped()).isFalse();
    assertThat(ending.isAlive()).isTrue();

    ending.interrupt();

    assertThat(ending.join(Duration.ofSeconds(10))).isTrue();
    assertThat(goingOn.isClosed()).isTrue();
  }
}
