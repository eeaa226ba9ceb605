package io.phalanx.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.quota.Admission;
import io.phalanx.cluster.quota.Quota;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.cluster.quota.Window;
import io.phalanx.cluster.side.Counted;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every fleet promises of quotas, and tells of what is left of budgets. */
abstract class QuotaContract extends SessionContract {
  /** No window that a test could see the end of. */
  private static final Window LONG = new Window.Sliding(Duration.ofDays(31));

  private static Quota quota(long amount, Window window) {
    return new Quota(amount, window, Counted.BY_EACH_SIDE);
  }

  private static Admission take(Fleet fleet, String key, Quota quota) throws Exception {
    return fleet.quotas().take(key, quota, PATIENCE).toCompletableFuture().get();
  }

  static List<Window> windows() {
    return List.of(
        LONG,
        new Window.Fixed(Duration.ofDays(31)),
        new Window.Calendar(Window.Unit.MONTH, ZoneOffset.UTC));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void admitsTheAmountWhoeverAsks(Window window) throws Exception {
    for (long amount : new long[] {10, 400}) {
      Quota quota = quota(amount, window);
      var admissions = new ArrayList<Future<Admission>>();
      for (int i = 0; i < 1000; i++) {
        admissions.add(any(i).quotas().take("key", quota, PATIENCE).toCompletableFuture());
      }
      long admitted = 0;
      for (Future<Admission> admission : admissions) {
        assertThat(admission.get()).isNotInstanceOf(Admission.Unavailable.class);
        admitted += admission.get() instanceof Admission.Admitted ? 1 : 0;
      }
      assertThat(admitted).isLessThanOrEqualTo(amount);
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (admitted < amount && System.nanoTime() - end < 0) {
        admitted += take(any((int) admitted), "key", quota) instanceof Admission.Admitted ? 1 : 0;
      }
      assertThat(admitted).isEqualTo(amount);
      for (Fleet fleet : all()) {
        assertThat(take(fleet, "key", quota)).isInstanceOf(Admission.Refused.class);
      }
    }
  }

  @Test
  void tellsWhenTheWindowTurns() throws Exception {
    Quota quota = quota(1, new Window.Fixed(Duration.ofHours(1)));
    take(any(0), "key", quota);

    assertThat(take(any(1), "key", quota))
        .isInstanceOfSatisfying(
            Admission.Refused.class,
            refused ->
                assertThat(refused.retryAfter()).isBetween(Duration.ZERO, Duration.ofHours(1)));
  }

  @Test
  void tellsHowManyAreLeft() throws Exception {
    Quota quota = quota(3, LONG);
    for (long left = 2; left >= 0; left--) {
      long expected = left;
      assertThat(take(any((int) left), "key", quota))
          .isInstanceOfSatisfying(
              Admission.Admitted.class,
              admitted -> {
                assertThat(admitted.rest()).isEqualTo(expected);
                assertThat(admitted.reset())
                    .isBetween(Duration.ofDays(31), Duration.ofDays(31).plusHours(13));
              });
    }
  }

  @Test
  void tellsHowManyTokensAreLeft() throws Exception {
    var limit = new Limit(5, 1, Duration.ofHours(1));
    for (long left = 4; left >= 0; left--) {
      assertThat(
              any((int) left)
                  .budgets()
                  .take("key", limit, Duration.ZERO, PATIENCE)
                  .toCompletableFuture()
                  .get())
          .isEqualTo(new Grant.Admitted(Duration.ZERO, left));
    }
  }

  @Test
  void beginsAnewWhenTheWindowTurns() throws Exception {
    Quota quota = quota(2, new Window.Fixed(Duration.ofSeconds(1)));
    int refused = 0;
    int afterwards = 0;
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (afterwards == 0 && System.nanoTime() - end < 0) {
      boolean admitted = take(any(refused), "key", quota) instanceof Admission.Admitted;
      afterwards += admitted && refused > 0 ? 1 : 0;
      refused += admitted ? 0 : 1;
    }
    assertThat(refused).isPositive();
    assertThat(afterwards).isEqualTo(1);
  }

  @Test
  void keysAndQuotasAreApart() throws Exception {
    Quota one = quota(1, LONG);
    assertThat(take(any(0), "key", one)).isInstanceOf(Admission.Admitted.class);

    for (Quota other :
        List.of(
            quota(2, LONG),
            quota(1, new Window.Fixed(Duration.ofDays(31))),
            quota(1, new Window.Calendar(Window.Unit.MONTH, ZoneOffset.ofHours(1))),
            new Quota(1, LONG, Counted.BY_SHARES))) {
      assertThat(take(any(1), "key", other)).isInstanceOf(Admission.Admitted.class);
    }
    assertThat(take(any(2), "k".repeat(10_000), one)).isInstanceOf(Admission.Admitted.class);
    assertThat(take(any(1), "key", one)).isInstanceOf(Admission.Refused.class);
  }

  /** An answer from memory may be there before anybody looks at the clock, but not each time. */
  @Test
  void saysSoWhenThereIsNoTimeForAnAnswer() throws Exception {
    var answers = new ArrayList<Admission>();
    for (int key = 0; key < 20; key++) {
      answers.add(
          any(0)
              .quotas()
              .take("key " + key, quota(1, LONG), Duration.ofNanos(1))
              .toCompletableFuture()
              .get());
    }
    assertThat(answers).hasAtLeastOneElementOfType(Admission.Unavailable.class);
  }

  @Test
  void countsForEachMemberAloneWhereThatIsAsked() throws Exception {
    Quota quota = quota(1, LONG);
    for (Fleet fleet : all()) {
      assertThat(fleet.nodeQuotas().take("key", quota, PATIENCE).toCompletableFuture().get())
          .isInstanceOf(Admission.Admitted.class);
      assertThat(fleet.nodeQuotas().take("key", quota, PATIENCE).toCompletableFuture().get())
          .isInstanceOf(Admission.Refused.class);
    }
  }

  /** Whoever keeps an account may be the one that dies, while it is asked. */
  @Test
  void admitsNoMoreWhenAMemberDiesWhileAllAsk() throws Exception {
    var admissions = new ArrayList<Future<Admission>>();
    for (int key = 0; key < 50; key++) {
      for (int i = 0; i < 20; i++) {
        admissions.add(
            any(i).quotas().take("key " + key, quota(10, LONG), PATIENCE).toCompletableFuture());
      }
      if (key == 25) {
        kill(0);
      }
    }
    var admitted = new long[50];
    for (int i = 0; i < admissions.size(); i++) {
      admitted[i / 20] += admissions.get(i).get() instanceof Admission.Admitted ? 1 : 0;
    }
    for (int key = 0; key < 50; key++) {
      while (take(survivor(), "key " + key, quota(10, LONG)) instanceof Admission.Admitted) {
        admitted[key]++;
      }
      assertThat(admitted[key]).as("of key %s", key).isLessThanOrEqualTo(10);
    }
  }

  @Test
  void aMemberThatWasStoppedSaysSo() throws Exception {
    Fleet stopped = all().getFirst();
    Quotas quotas = stopped.quotas();
    stopped.close();

    assertThat(quotas.take("key", quota(1, LONG), PATIENCE).toCompletableFuture().get())
        .isInstanceOf(Admission.Unavailable.class);
  }
}
