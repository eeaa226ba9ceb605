package io.phalanx.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LocalBudgetsTest {
  private static final int CALLERS = 4;
  private static final int TRIES = 2_000;
  private static final Limit ONE_A_SECOND = new Limit(1, 1, Duration.ofSeconds(1));
  private static final Duration MAX_DELAY = Duration.ofSeconds(1);

  private final LocalBudgets budgets = new LocalBudgets(() -> 0);

  @Test
  void nobodyIsToldToWaitLongerThanHeWouldWhenManyAskAtOnce() throws Exception {
    var barrier = new CyclicBarrier(CALLERS);
    Callable<List<Grant>> caller =
        () -> {
          var grants = new ArrayList<Grant>();
          for (int i = 0; i < TRIES; i++) {
            barrier.await();
            grants.add(take("key " + i));
          }
          return grants;
        };

    List<Duration> delays = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      for (Future<List<Grant>> grants :
          threads.invokeAll(List.of(caller, caller, caller, caller))) {
        for (Grant grant : grants.get()) {
          if (grant instanceof Grant.Admitted admitted) {
            delays.add(admitted.delay());
          }
        }
      }
    }

    assertThat(delays).allSatisfy(delay -> assertThat(delay).isLessThanOrEqualTo(MAX_DELAY));
    assertThat(delays).hasSize(2 * TRIES);
  }

  @Test
  void aKeyIsForgottenWhenItsBucketIsFullAgain() {
    var time = new AtomicLong();
    var timed = new LocalBudgets(time::get);
    for (int i = 0; i < 1_000; i++) {
      timed.take("key " + i, ONE_A_SECOND, Duration.ZERO, Duration.ZERO);
    }
    assertThat(timed.count()).isEqualTo(1_000);

    time.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(timed.count()).isZero();
  }

  private Grant take(String key) {
    return budgets.take(key, ONE_A_SECOND, MAX_DELAY, Duration.ZERO).toCompletableFuture().join();
  }
}
