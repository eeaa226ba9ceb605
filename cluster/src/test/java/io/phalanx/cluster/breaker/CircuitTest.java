package io.phalanx.cluster.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.cluster.local.LocalBreakers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A breaker as Traefik's is, by a clock that the test moves. */
class CircuitTest {
  private static final long MILLI = 1_000_000;
  private static final Terms TERMS =
      new Terms(Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofSeconds(10));
  private static final Subject SUBJECT = new Subject("app@file", "fuse@file", "");

  private long now = Long.MAX_VALUE - 5_000 * MILLI;
  private final LocalBreakers breakers = new LocalBreakers(() -> now);
  private final Circuit circuit = breakers.circuit(SUBJECT, TERMS, Failures::new);

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private boolean passes() {
    return circuit.enter(this) instanceof Entrance.Inside;
  }

  /** The next request that passes. */
  private Entrance.Inside inside() {
    Entrance entrance = circuit.enter(this);
    while (!(entrance instanceof Entrance.Inside)) {
      now += MILLI;
      entrance = circuit.enter(this);
    }
    return (Entrance.Inside) entrance;
  }

  private void answered(int status) {
    circuit.over(inside(), status, MILLI);
  }

  private void trip() {
    answered(502);
    assertThat(circuit.state()).isEqualTo(State.OPEN);
  }

  /** How many of some pass that come one each millisecond. */
  private int passing(int count) {
    int passing = 0;
    for (int i = 0; i < count; i++) {
      now += MILLI;
      passing += passes() ? 1 : 0;
    }
    return passing;
  }

  @Test
  void looksAtTheFirstAnswerAndThenOnceInACheckPeriod() {
    answered(200);
    pass(Duration.ofMillis(100));
    answered(500);
    answered(500);
    assertThat(circuit.state()).isEqualTo(State.CLOSED);
    pass(Duration.ofNanos(1));
    answered(500);
    assertThat(circuit.state()).isEqualTo(State.OPEN);
  }

  @Test
  void refusesAllUntilTheFallbackDurationIsOver() {
    trip();
    assertThat(passes()).isFalse();
    pass(Duration.ofSeconds(10).minusNanos(1));
    assertThat(passes()).isFalse();
    assertThat(circuit.state()).isEqualTo(State.OPEN);
    pass(Duration.ofNanos(1));
    assertThat(passes()).isFalse();
    assertThat(circuit.state()).isEqualTo(State.RECOVERING);
  }

  @Test
  void recoversFromTheFirstRequestOnByAShareThatGrowsToHalf() {
    trip();
    pass(Duration.ofMinutes(1));
    assertThat(passes()).isFalse();
    int early = passing(1000);
    int later = passing(8000);
    int last = passing(999);

    assertThat(early).isBetween(40, 60);
    assertThat(later).isBetween(3000, 4000);
    assertThat(last).isGreaterThan(800);
    assertThat(circuit.state()).isEqualTo(State.RECOVERING);
  }

  @Test
  void closesOnceTheRecoveryDurationIsOver() {
    trip();
    pass(Duration.ofSeconds(10));
    assertThat(passes()).isFalse();
    pass(Duration.ofSeconds(10).plusNanos(1));
    assertThat(passes()).isTrue();
    assertThat(circuit.state()).isEqualTo(State.CLOSED);
    assertThat(passing(100)).isEqualTo(100);
  }

  @Test
  void opensAgainWhenItFailsOnRecovery() {
    trip();
    pass(Duration.ofSeconds(10));
    assertThat(passes()).isFalse();
    trip();
    pass(Duration.ofSeconds(9));
    assertThat(passes()).isFalse();
    assertThat(circuit.state()).isEqualTo(State.OPEN);
    assertThat(circuit.transitions(State.OPEN)).isEqualTo(2);
    assertThat(circuit.transitions(State.RECOVERING)).isEqualTo(1);
    assertThat(circuit.transitions(State.CLOSED)).isZero();
  }

  @Test
  void whatWasLetInBeforeItOpenedDoesNotCountBehindThat() {
    Entrance.Inside early = inside();
    Entrance.Inside other = inside();
    trip();
    pass(Duration.ofSeconds(9));
    circuit.over(early, 502, MILLI);
    pass(Duration.ofSeconds(1));
    assertThat(passes()).isFalse();
    circuit.over(other, 502, MILLI);
    assertThat(circuit.state()).isEqualTo(State.RECOVERING);
  }

  @Test
  void isTheSameForAsLongAsSomebodyHasIt() {
    var made = new AtomicInteger();
    trip();
    Circuit again =
        breakers.circuit(
            SUBJECT,
            TERMS,
            () -> {
              made.incrementAndGet();
              return new Failures();
            });
    assertThat(again).isSameAs(circuit);
    assertThat(made).hasValue(0);
    Circuit other =
        breakers.circuit(new Subject("app@file", "fuse@file", "else"), TERMS, Failures::new);
    assertThat(other.state()).isEqualTo(State.CLOSED);
    assertThat(breakers.circuits()).containsExactlyInAnyOrder(circuit, other);
  }

  @Test
  void durationsArePositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Terms(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1)));
  }
}
