package io.phalanx.cluster.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Schedules of a fleet that agrees on a ledger: messages take their time, get lost, arrive in
 * another order or twice; members are killed, frozen, cut off, come, and go for good, and their
 * disks are full at times. {@code -Dsimulation.seed=N} runs one.
 */
class LedgerSimulationTest {
  private static final long ONE = Long.getLong("simulation.seed", -1);
  private static final int SCHEDULES = 10_000;

  @Test
  void agreesOnOneHistoryWhateverHappens() {
    int changes = 0;
    int settled = 0;
    Set<Integer> sizes = new HashSet<>();
    for (int i = 0; i < (ONE >= 0 ? 1 : SCHEDULES); i++) {
      var fleet = new SimulatedFleet(ONE >= 0 ? ONE : System.nanoTime() + i);
      fleet.run();
      changes += fleet.changes();
      sizes.add(fleet.largest());
      if (fleet.isMajorityLeft()) {
        fleet.settle();
        settled++;
      }
    }
    assertThat(changes).as("changes that were agreed on").isGreaterThan(SCHEDULES);
    if (ONE < 0) {
      assertThat(settled).as("schedules that could end well").isGreaterThan(SCHEDULES / 2);
      assertThat(sizes).as("how many members there were").contains(1, 3, 5);
    }
  }
}
