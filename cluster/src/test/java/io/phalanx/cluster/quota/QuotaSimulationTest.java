package io.phalanx.cluster.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.quota.SimulatedQuotas.Faults;
import io.phalanx.cluster.side.Counted;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Schedules of a fleet that shares a quota. {@code -Dsimulation.seed=N} runs one. */
class QuotaSimulationTest {
  private static final long ONE = Long.getLong("simulation.seed", -1);
  private static final int SCHEDULES = Integer.getInteger("simulation.schedules", 3_000);
  private static final int SPLITS = Integer.getInteger("simulation.splits", 500);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** The same ones each time; {@code -Dsimulation.from=N} has others. */
  private static long seed(int schedule) {
    return ONE >= 0 ? ONE : Long.getLong("simulation.from", 1_000_000) + schedule;
  }

  private static int schedules(int many) {
    return ONE >= 0 ? 1 : many;
  }

  private static long amount(Random random) {
    return 1 + random.nextLong(random.nextBoolean() ? 10 : 300);
  }

  private static Faults faults(Random random, boolean clocksGoBack) {
    return new Faults(
        1 + random.nextLong(random.nextBoolean() ? SECOND / 100 : SECOND / 2),
        random.nextDouble() * 0.3,
        random.nextDouble() * 0.3,
        random.nextInt(6),
        random.nextInt(3),
        clocksGoBack);
  }

  private static SimulatedQuotas run(
      Random random, Quota quota, Faults faults, Duration period, int periods) {
    long end = period.toNanos() * periods;
    var fleet = new SimulatedQuotas(random, quota, 1 + random.nextInt(4), faults, end);
    fleet.run(period.toNanos() / (quota.amount() * (1 + random.nextInt(4))));
    return fleet;
  }

  @Test
  void neverAdmitsMoreInAWindowThatTurns() {
    for (int i = 0; i < schedules(SCHEDULES); i++) {
      long seed = seed(i);
      var random = new Random(seed);
      Duration period = Duration.ofSeconds(1 + random.nextInt(10));
      var quota = new Quota(amount(random), new Window.Fixed(period), Counted.BY_SHARES);
      SimulatedQuotas fleet = run(random, quota, faults(random, false), period, 4);

      Map<Long, Long> counts = new HashMap<>();
      fleet.admissions.forEach(at -> counts.merge(at / period.toNanos(), 1L, Long::sum));
      assertThat(counts.values())
          .as("admitted of %s, seed %s", quota, seed)
          .allMatch(count -> count <= quota.amount());
    }
  }

  @Test
  void neverAdmitsMoreInAnyWindowOfTheLengthOfOneThatSlides() {
    for (int i = 0; i < schedules(SCHEDULES / 6); i++) {
      long seed = seed(i);
      var random = new Random(seed);
      Duration period = Duration.ofMinutes(1);
      var quota = new Quota(amount(random), new Window.Sliding(period), Counted.BY_SHARES);
      SimulatedQuotas fleet = run(random, quota, faults(random, false), period, 3);

      List<Long> all = fleet.admissions;
      for (int last = (int) quota.amount(); last < all.size(); last++) {
        assertThat(all.get(last) - all.get(last - (int) quota.amount()))
            .as("nanoseconds between the first and the last of one too many, seed %s", seed)
            .isGreaterThanOrEqualTo(period.toNanos());
      }
    }
  }

  @Test
  void clocksThatGoBackGiveNothing() {
    for (int i = 0; i < schedules(SCHEDULES); i++) {
      assertClocksThatGoBackGiveNothing(seed(i));
    }
  }

  /** All lost what they had in memory when clocks had gone back into a window that was over. */
  @Test
  void clocksThatGoBackGiveNothingToThoseWhoHaveOnlyTheirDisks() {
    assertClocksThatGoBackGiveNothing(25887841670574L);
  }

  private static void assertClocksThatGoBackGiveNothing(long seed) {
    var random = new Random(seed);
    Duration period = Duration.ofSeconds(1 + random.nextInt(5));
    var quota = new Quota(amount(random), new Window.Fixed(period), Counted.BY_SHARES);
    SimulatedQuotas fleet = run(random, quota, faults(random, true), period, 4);

    assertThat((long) fleet.admissions.size())
        .as("admitted of %s, seed %s", quota, seed)
        .isLessThanOrEqualTo(4 * quota.amount());
  }

  /** Members die, freeze and are cut off from each other, which each notices at its own time. */
  @Test
  void neverAdmitsMoreOnAllSidesOfASplitTogether() {
    long admitted = 0;
    for (int i = 0; i < schedules(SPLITS); i++) {
      long seed = seed(i);
      var random = new Random(seed);
      boolean slides = random.nextInt(4) == 0;
      Window window =
          slides
              ? new Window.Sliding(Duration.ofMinutes(1))
              : new Window.Fixed(Duration.ofSeconds(1 + random.nextInt(20)));
      var quota = new Quota(amount(random), window, Counted.BY_SHARES);
      long end = (slides ? 150 : 40) * SECOND;
      var fleet = new SplitQuota(random, quota, 2 + random.nextInt(4), end);
      fleet.run(end / (quota.amount() * (20 + random.nextInt(100))), random.nextInt(8));

      admitted += fleet.admissions.values().stream().mapToLong(Long::longValue).sum();
      for (long part : fleet.admissions.keySet()) {
        assertThat(countedWith(part, quota, fleet.admissions))
            .as("admitted of %s, seed %s", quota, seed)
            .isLessThanOrEqualTo(quota.amount());
      }
    }
    assertThat(admitted).isPositive();
  }

  /** How many count while those of a part are drawn, that part's included. */
  private static long countedWith(long part, Quota quota, Map<Long, Long> admissions) {
    Window window = quota.window();
    long end = window.ends(part);
    return admissions.entrySet().stream()
        .filter(other -> other.getKey() <= part && window.leaves(other.getKey()) >= end)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Test
  void admitsAllWhereMoreComeAndNothingGoesWrong() {
    for (int i = 0; i < schedules(SCHEDULES / 10); i++) {
      long seed = seed(i);
      var random = new Random(seed);
      Duration period = Duration.ofSeconds(10);
      var quota = new Quota(amount(random), new Window.Fixed(period), Counted.BY_SHARES);
      var fleet =
          new SimulatedQuotas(
              random,
              quota,
              1 + random.nextInt(4),
              new Faults(SECOND / 100, 0, 0, 0, 0, false),
              period.toNanos() - 1);
      fleet.run(period.toNanos() / (quota.amount() * 2 + 100));

      assertThat(fleet.unavailable).as("seed %s", seed).isZero();
      assertThat((long) fleet.admissions.size()).as("seed %s", seed).isEqualTo(quota.amount());
    }
  }
}
