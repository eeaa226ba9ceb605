package io.phalanx.cluster.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.budget.SimulatedFleet.Faults;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Thousands of schedules of a fleet that shares a budget. {@code -Dsimulation.seed=N} runs one, as
 * a failure names it.
 */
class BudgetSimulationTest {
  private static final long ONE = Long.getLong("simulation.seed", -1);
  private static final int SCHEDULES = 2000;
  private static final int SPLITS = Integer.getInteger("simulation.splits", 300);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private static Limit limit(Random random) {
    long burst = 1 + random.nextLong(random.nextInt(4) == 0 ? 10 : 400);
    long tokens = 1 + random.nextLong(100);
    long untilFull = SECOND / 10 + random.nextLong(random.nextBoolean() ? SECOND / 10 : SECOND);
    return new Limit(burst, tokens, Duration.ofNanos(Math.max(1, untilFull / burst * tokens)));
  }

  private static long interval(Limit limit) {
    return Math.max(1000, limit.period().toNanos() / limit.tokens());
  }

  /** Whether a bucket that everything comes to at once would have admitted all that was. */
  private static void assertNeverOver(long seed, Limit limit, List<Long> admissions) {
    assertNeverOver(seed, limit, 1, admissions);
  }

  /**
   * @param fast how much faster a keeper's clock may be
   */
  private static void assertNeverOver(long seed, Limit limit, double fast, List<Long> admissions) {
    Collections.sort(admissions);
    double period = limit.period().toNanos() / fast;
    double tokens = limit.burst();
    long last = 0;
    for (long at : admissions) {
      tokens =
          Math.min(
                  (double) limit.burst(), tokens + (double) (at - last) * (limit.tokens() / period))
              - 1;
      last = at;
      assertThat(tokens)
          .as("tokens left, %s ns after the start, of %s, seed %s", at, limit, seed)
          .isGreaterThan(-1e-3);
    }
  }

  private static long seed(int schedule) {
    return ONE >= 0 ? ONE : System.nanoTime() + schedule;
  }

  private static int schedules() {
    return ONE >= 0 ? 1 : SCHEDULES;
  }

  @Test
  void neverAdmitsMoreThanTheLimitWhateverGoesWrong() {
    for (int i = 0; i < schedules(); i++) {
      long seed = seed(i);
      var random = new Random(seed);
      Limit limit = limit(random);
      var faults =
          new Faults(
              1 + random.nextLong(random.nextBoolean() ? SECOND / 1000 : 2 * SECOND),
              random.nextDouble() * 0.3,
              random.nextDouble() * 0.3,
              random.nextInt(12));
      var fleet = new SimulatedFleet(random, limit, 1 + random.nextInt(4), faults);
      Duration maxDelay = Duration.ofNanos(random.nextLong(interval(limit)));
      fleet.run(interval(limit) / 4, maxDelay, random.nextInt(4) > 0);

      assertNeverOver(seed, limit, fleet.admissions);
    }
  }

  @Test
  void admitsAllButWhatMembersHoldWhereMoreCome() {
    for (int i = 0; i < schedules() / 4; i++) {
      long seed = seed(i);
      var random = new Random(seed);
      Limit limit =
          new Limit(20 + random.nextInt(500), 1 + random.nextInt(100), Duration.ofSeconds(1));
      long latency = SECOND / 1000;
      var fleet =
          new SimulatedFleet(random, limit, 1 + random.nextInt(7), new Faults(latency, 0, 0, 0));
      long gap = Math.min(interval(limit), SimulatedFleet.END / (limit.burst() + 1)) / 3;
      fleet.run(gap, Duration.ZERO, false);

      assertNeverOver(seed, limit, fleet.admissions);
      assertThat(fleet.unavailable()).as("seed %s", seed).isZero();
      double seconds = SimulatedFleet.END / (double) SECOND;
      long held = limit.burst() / Bucket.PART_IN_ADVANCE;
      assertThat((long) fleet.admissions.size())
          .as("admitted of %s, seed %s", limit, seed)
          .isGreaterThanOrEqualTo(
              (long) (limit.burst() + limit.tokens() * seconds * 0.99) - held - 1);
    }
  }

  @Test
  void neverAdmitsMoreThanTheLimitOnAllSidesOfASplitTogether() {
    long admitted = 0;
    for (int i = 0; i < (ONE >= 0 ? 1 : SPLITS); i++) {
      long seed = seed(i);
      var random = new Random(seed);
      long burst = 1 + random.nextLong(random.nextBoolean() ? 10 : 200);
      long untilFull = SECOND / 10 + random.nextLong(random.nextBoolean() ? SECOND : 60 * SECOND);
      var limit = new Limit(burst, burst, Duration.ofNanos(untilFull));
      var fleet = new SplitBudget(random, limit, 2 + random.nextInt(4));
      fleet.run(SECOND / 500 + random.nextLong(SECOND / 20), random.nextInt(8));

      admitted += fleet.admissions.size();
      assertNeverOver(seed, limit, 1 + SplitBudget.DRIFT, fleet.admissions);
    }
    assertThat(admitted).isPositive();
  }
}
