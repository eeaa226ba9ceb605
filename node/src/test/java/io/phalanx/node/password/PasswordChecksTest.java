package io.phalanx.node.password;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.password.PasswordChecks.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PasswordChecksTest {
  private static final PasswordHash HASH =
      PasswordHash.of("$2y$04$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci");
  private static final String RIGHT = "orange-42";

  /** Threads that work when the test says so. */
  private static final class Worker extends AbstractExecutorService {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    int work() {
      int count = 0;
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
        count++;
      }
      return count;
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  private final Worker worker = new Worker();
  private final AtomicLong nanoTime = new AtomicLong();
  private final PasswordChecks checks = new PasswordChecks(worker, nanoTime::get);

  private CompletableFuture<Outcome> check(String client, String password) {
    return checks.check(client, HASH, password.getBytes(UTF_8)).toCompletableFuture();
  }

  @Test
  void aPasswordLongerThanAnybodysIsWrongAtOnce() {
    String long1025 = "x".repeat(PasswordChecks.MOST_OF_PASSWORD + 1);

    assertThat(check("a", long1025)).isCompletedWithValue(Outcome.WRONG);
    assertThat(check("a", long1025.substring(1))).isNotDone();
    assertThat(worker.work()).isEqualTo(1);
  }

  @Test
  void comparesOnAnotherThread() {
    CompletableFuture<Outcome> right = check("a", RIGHT);
    CompletableFuture<Outcome> wrong = check("a", "x");

    assertThat(right).isNotDone();
    assertThat(worker.work()).isEqualTo(2);
    assertThat(right).isCompletedWithValue(Outcome.RIGHT);
    assertThat(wrong).isCompletedWithValue(Outcome.WRONG);
    assertThat(checks.waiting()).isZero();
  }

  @Test
  void whatTakesNoTimeIsDoneInPlace() {
    PasswordHash sha = PasswordHash.of("{SHA}obOd1B+0Ocbuthu+hBNsGCzqBPw=");

    assertThat(checks.check("a", sha, "tulip".getBytes(UTF_8)).toCompletableFuture())
        .isCompletedWithValue(Outcome.RIGHT);
    assertThat(worker.work()).isZero();
  }

  @Test
  void comparesTheSameOnceOnlyForAWhile() {
    check("a", RIGHT);
    check("b", RIGHT);
    check("a", "x");

    assertThat(worker.work()).isEqualTo(2);
    assertThat(check("c", RIGHT)).isCompletedWithValue(Outcome.RIGHT);
    assertThat(check("c", "x")).isCompletedWithValue(Outcome.WRONG);
    nanoTime.addAndGet(Duration.ofSeconds(11).toNanos());
    assertThat(check("c", RIGHT)).isCompletedWithValue(Outcome.RIGHT);
    assertThat(check("c", "x")).isNotDone();
    nanoTime.addAndGet(Duration.ofMinutes(5).toNanos());
    assertThat(check("c", RIGHT)).isNotDone();
  }

  @Test
  void whatIsKnownOfOneHashIsNotKnownOfAnother() {
    check("a", RIGHT);
    worker.work();
    PasswordHash other =
        PasswordHash.of("$2b$04$abcdefghijklmnopqrstuum70pOxkAchrhiR1gcwpFuAJyy4JkUci");

    assertThat(checks.check("a", other, RIGHT.getBytes(UTF_8)).toCompletableFuture()).isNotDone();
  }

  @Test
  void oneClientHoldsUpOthersOnlySoFar() {
    for (int i = 0; i < PasswordChecks.MOST_OF_ONE_CLIENT; i++) {
      assertThat(check("a", "x" + i)).isNotDone();
    }

    assertThat(check("a", "one more")).isCompletedWithValue(Outcome.BUSY);
    assertThat(check("b", "another's")).isNotDone();
    worker.work();
    assertThat(check("a", "one more")).isNotDone();
  }

  @Test
  void onlySoManyWait() {
    for (int i = 0; i < PasswordChecks.MOST_WAITING; i++) {
      assertThat(check("client " + i, "x" + i)).isNotDone();
    }

    assertThat(check("b", RIGHT)).isCompletedWithValue(Outcome.BUSY);
    assertThat(checks.waiting()).isEqualTo(PasswordChecks.MOST_WAITING);
    worker.work();
    assertThat(checks.waiting()).isZero();
  }

  @Test
  void whoWaitedForTooLongIsNotCompared() {
    CompletableFuture<Outcome> late = check("a", RIGHT);
    nanoTime.addAndGet(Duration.ofSeconds(10).toNanos());
    worker.work();

    assertThat(late).isCompletedWithValue(Outcome.BUSY);
    assertThat(check("a", RIGHT)).isNotDone();
  }
}
