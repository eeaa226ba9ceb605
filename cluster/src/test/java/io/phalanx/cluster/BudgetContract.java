package io.phalanx.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Amounts that the whole fleet shares, one node or many. */
abstract class BudgetContract extends QuotaContract {
  private CompletableFuture<Grant> asked(int member, String key, Limit limit, Duration maxDelay) {
    return any(member).budgets().take(key, limit, maxDelay, PATIENCE).toCompletableFuture();
  }

  private Grant take(int member, String key, Limit limit, Duration maxDelay) throws Exception {
    return asked(member, key, limit, maxDelay).get();
  }

  @Test
  void admitsNoMoreThanTheLimitWhoeverAsks() throws Exception {
    var limit = new Limit(10, 1, Duration.ofHours(1));
    var grants = new ArrayList<Future<Grant>>();
    for (int i = 0; i < 1000; i++) {
      grants.add(asked(i, "key", limit, Duration.ZERO));
    }
    long admitted = 0;
    for (Future<Grant> grant : grants) {
      Grant outcome = grant.get();
      admitted += outcome instanceof Grant.Admitted ? 1 : 0;
      assertThat(outcome).isNotInstanceOf(Grant.Unavailable.class);
    }
    assertThat(admitted).isEqualTo(10);
  }

  @Test
  void tellsWhenThereMayBeATokenAgain() throws Exception {
    var limit = new Limit(1, 1, Duration.ofHours(1));
    take(0, "key", limit, Duration.ZERO);

    assertThat(take(1, "key", limit, Duration.ZERO))
        .isInstanceOfSatisfying(
            Grant.Refused.class,
            refused ->
                assertThat(refused.retryAfter())
                    .isBetween(Duration.ofMinutes(59), Duration.ofHours(1)));
  }

  @Test
  void givesATokenAheadOfItsTimeToWhoeverWillWait() throws Exception {
    var limit = new Limit(1, 10, Duration.ofSeconds(1));
    take(0, "key", limit, Duration.ofSeconds(1));

    assertThat(take(1, "key", limit, Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            Grant.Admitted.class,
            admitted -> assertThat(admitted.delay()).isLessThanOrEqualTo(Duration.ofMillis(100)));
  }

  @Test
  void ofManyAtOnceNobodyIsToldToWaitLongerThanHeWould() throws Exception {
    var limit = new Limit(5, 10, Duration.ofSeconds(1));
    Duration maxDelay = Duration.ofMillis(500);
    long start = System.nanoTime();
    var grants = new ArrayList<Future<Grant>>();
    for (int i = 0; i < 300; i++) {
      grants.add(asked(i, "key", limit, maxDelay));
    }
    var delays = new ArrayList<Duration>();
    for (Future<Grant> grant : grants) {
      switch (grant.get()) {
        case Grant.Admitted(Duration delay, long _) -> delays.add(delay);
        case Grant.Refused(Duration retryAfter) ->
            assertThat(retryAfter).isGreaterThan(maxDelay).isLessThan(Duration.ofSeconds(1));
        case Grant.Unavailable unavailable -> throw new AssertionError(unavailable);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    int refilled = (int) Math.ceil(10 * (seconds + 0.5));

    assertThat(delays).allSatisfy(delay -> assertThat(delay).isLessThanOrEqualTo(maxDelay));
    assertThat(delays).hasSizeBetween(5 + 5, 5 + refilled);
  }

  @Test
  void keysAndLimitsAreApart() throws Exception {
    var limit = new Limit(1, 1, Duration.ofHours(1));
    take(0, "key", limit, Duration.ZERO);

    assertThat(take(0, "other", limit, Duration.ZERO)).isInstanceOf(Grant.Admitted.class);
    assertThat(take(0, "key", new Limit(2, 1, Duration.ofHours(1)), Duration.ZERO))
        .isInstanceOf(Grant.Admitted.class);
    assertThat(take(0, "k".repeat(10_000), limit, Duration.ZERO))
        .isInstanceOf(Grant.Admitted.class);
  }

  @Test
  void keepsCountingWhenAMemberDies() throws Exception {
    var limit = new Limit(10, 1, Duration.ofHours(1));
    for (int i = 0; i < 10; i++) {
      take(i, "key", limit, Duration.ZERO);
    }
    kill(0);

    assertThat(
            survivor()
                .budgets()
                .take("key", limit, Duration.ZERO, PATIENCE)
                .toCompletableFuture()
                .get())
        .isInstanceOf(Grant.Refused.class);
  }
}
