package io.phalanx.cluster.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.breaker.SimulatedBreakers.Trouble;
import org.junit.jupiter.api.Test;

/**
 * Thousands of schedules of a fleet whose server or whose member fails. {@code -Dsimulation.seed=N}
 * runs one.
 */
class BreakerSimulationTest {
  private static final long ONE = Long.getLong("simulation.seed", -1);
  private static final int SCHEDULES = 1000;

  private static int schedules() {
    return ONE >= 0 ? 1 : SCHEDULES;
  }

  private static SimulatedBreakers run(int i, Trouble trouble, boolean rough) {
    long seed = ONE >= 0 ? ONE : System.nanoTime() + i;
    return new SimulatedBreakers(seed, trouble, rough).run();
  }

  @Test
  void anOutageOpensItForAllSoonAndOneProbeAtATimeEndsIt() {
    int probed = 0;
    for (int i = 0; i < schedules(); i++) {
      SimulatedBreakers schedule = run(i, Trouble.OUTAGE, false);
      assertThat(schedule.openings()).isPositive();
      probed += schedule.probes();
    }
    assertThat(probed).isGreaterThanOrEqualTo(schedules());
  }

  @Test
  void soItDoesOnARoughNetworkWithMembersThatDie() {
    int opened = 0;
    for (int i = 0; i < schedules(); i++) {
      opened += run(i, Trouble.OUTAGE, true).openings() > 0 ? 1 : 0;
    }
    assertThat(opened).isGreaterThan(schedules() * 9 / 10);
  }

  @Test
  void aMemberThatAloneFailsOpensItForNobodyElse() {
    int suspected = 0;
    for (int i = 0; i < schedules(); i++) {
      SimulatedBreakers schedule = run(i, Trouble.LONE_MEMBER, false);
      assertThat(schedule.openings()).isZero();
      suspected += schedule.isSuspected() ? 1 : 0;
    }
    assertThat(suspected).isGreaterThan(schedules() * 9 / 10);
  }
}
