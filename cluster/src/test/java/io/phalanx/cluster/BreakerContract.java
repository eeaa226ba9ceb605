package io.phalanx.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.breaker.Circuit;
import io.phalanx.cluster.breaker.Entrance;
import io.phalanx.cluster.breaker.Failures;
import io.phalanx.cluster.breaker.State;
import io.phalanx.cluster.breaker.Subject;
import io.phalanx.cluster.breaker.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every fleet promises of its breakers. */
abstract class BreakerContract extends SlotContract {
  private static final Terms LONG =
      new Terms(Duration.ofNanos(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
  private static final Terms SHORT =
      new Terms(Duration.ofNanos(1), Duration.ofMillis(100), Duration.ofMillis(100));
  private static final Subject SUBJECT = new Subject("app", "fuse", "");

  private List<Circuit> circuits(Terms terms) {
    return all().stream()
        .map(fleet -> fleet.breakers().circuit(SUBJECT, terms, Failures::new))
        .toList();
  }

  private static void answered(Circuit circuit, int count, int status) {
    for (int i = 0; i < count; i++) {
      if (circuit.enter(new Object()) instanceof Entrance.Inside inside) {
        circuit.over(inside, status, 0);
      }
    }
  }

  private static boolean refuses(Circuit circuit) {
    return circuit.enter(new Object()) instanceof Entrance.Refused;
  }

  @Test
  void whoAloneHasRequestsOpensItForAll() throws InterruptedException {
    List<Circuit> circuits = circuits(LONG);
    answered(circuits.getFirst(), 1, 502);
    assertThat(refuses(circuits.getFirst())).isTrue();
    for (Circuit circuit : circuits) {
      Eventually.holds("a refusal", () -> refuses(circuit));
    }
    assertThat(circuits).noneMatch(Circuit::isSuspect);
  }

  @Test
  void otherSubjectsAreOtherBreakers() {
    List<Circuit> circuits = circuits(LONG);
    answered(circuits.getFirst(), 1, 502);
    Circuit other =
        any(0).breakers().circuit(new Subject("app", "fuse", "else"), LONG, Failures::new);
    assertThat(other.state()).isEqualTo(State.CLOSED);
    assertThat(any(0).breakers().circuit(SUBJECT, LONG, Failures::new))
        .isSameAs(circuits.getFirst());
  }

  @Test
  void staysOpenWhenAMemberDies() throws InterruptedException {
    List<Circuit> circuits = circuits(LONG);
    answered(circuits.getLast(), 1, 502);
    for (Circuit circuit : circuits) {
      Eventually.holds("a refusal", () -> refuses(circuit));
    }
    kill(0);
    assertThat(refuses(circuits.getLast())).isTrue();
  }

  @Test
  void closesAgainOnAllWhenAllIsWell() throws InterruptedException {
    List<Circuit> circuits = circuits(SHORT);
    answered(circuits.getFirst(), 1, 502);
    for (Circuit circuit : circuits) {
      Eventually.holds("a refusal", () -> circuit.state() != State.CLOSED);
    }
    for (Circuit circuit : circuits) {
      Eventually.holds(
          "the end of that",
          () -> {
            if (decided(circuit) instanceof Entrance.Inside inside) {
              circuit.over(inside, 200, 0);
            }
            return circuit.state() == State.CLOSED;
          });
    }
  }

  private static Entrance decided(Circuit circuit) {
    Entrance entrance = circuit.enter(new Object());
    return entrance instanceof Entrance.Asked asked
        ? asked.decision().toCompletableFuture().join()
        : entrance;
  }

  /** For fleets of several: one in a hundred requests is no reason for the others. */
  protected final void whoAloneFailsStaysAlone() throws InterruptedException {
    List<Circuit> circuits = circuits(LONG);
    answered(circuits.get(1), 100, 200);
    answered(circuits.getFirst(), 1, 502);
    Eventually.holds("suspicion", () -> circuits.getFirst().isSuspect());
    assertThat(refuses(circuits.getFirst())).isTrue();
    assertThat(circuits.subList(1, circuits.size())).noneMatch(BreakerContract::refuses);
  }

  /** For fleets of several: of all that come at the end of the fallback one gets in. */
  protected final void oneProbesForTheFleet() throws InterruptedException {
    List<Circuit> circuits = circuits(SHORT);
    answered(circuits.getFirst(), 1, 502);
    for (Circuit circuit : circuits) {
      Eventually.holds("a refusal", () -> circuit.state() != State.CLOSED);
    }
    var probes = new ArrayList<Entrance.Inside>();
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    while (System.nanoTime() < end) {
      Stream<Entrance> entrances = circuits.stream().map(BreakerContract::decided);
      entrances
          .filter(Entrance.Inside.class::isInstance)
          .forEach(inside -> probes.add((Entrance.Inside) inside));
      TimeUnit.MILLISECONDS.sleep(5);
    }
    assertThat(probes).as("a probe goes on").hasSize(1);
  }
}
