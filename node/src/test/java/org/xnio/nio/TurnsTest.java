package org.xnio.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

class TurnsTest {
  private XnioWorker worker;
  private XnioIoThread thread;
  private List<Turns> turns;

  @BeforeEach
  void start() throws IOException {
    worker =
        Xnio.getInstance()
            .createWorker(OptionMap.builder().set(Options.WORKER_IO_THREADS, 1).getMap());
    thread = worker.getIoThread();
    turns = Turns.of(worker);
  }

  @AfterEach
  void end() {
    worker.shutdownNow();
  }

  /** How much of what becomes due at once is done before the thread looks around again. */
  @Test
  void doesWhatIsDueTogetherInSeveralTurns() throws Exception {
    int count = 1000;
    var done = new AtomicInteger();
    var doneBefore = new CompletableFuture<Integer>();
    var all = new CountDownLatch(count);
    thread.execute(
        () -> {
          for (int i = 0; i < count; i++) {
            Turns.after(
                thread,
                Duration.ofMillis(1),
                () -> {
                  if (done.getAndIncrement() == 0) {
                    thread.execute(() -> doneBefore.complete(done.get()));
                  }
                  all.countDown();
                });
          }
        });

    assertThat(doneBefore.get(10, TimeUnit.SECONDS))
        .isPositive()
        .isLessThanOrEqualTo(Turns.DONE_IN_A_TURN);
    assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void beBusy() {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void beginsNothingMoreWhenATurnHasTakenItsTime() throws Exception {
    var done = new AtomicInteger();
    var doneBefore = new CompletableFuture<Integer>();
    turns
        .getFirst()
        .add(
            () -> {
              done.incrementAndGet();
              thread.execute(() -> doneBefore.complete(done.get()));
              beBusy();
            });
    for (int i = 0; i < 10; i++) {
      turns.getFirst().add(done::incrementAndGet);
    }

    assertThat(doneBefore.get(10, TimeUnit.SECONDS)).isEqualTo(1);
  }

  @Test
  void doesNothingThatWasTakenBack() throws Exception {
    var done = new AtomicInteger();
    var asked = new CompletableFuture<Boolean>();
    thread.execute(
        () -> {
          XnioExecutor.Key inTime =
              Turns.after(thread, Duration.ofMillis(1), done::incrementAndGet);
          asked.complete(inTime.remove() && !inTime.remove());
        });
    var later = new CompletableFuture<Integer>();
    Turns.after(thread, Duration.ofMillis(20), () -> later.complete(done.get()));

    assertThat(asked.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(later.get(10, TimeUnit.SECONDS)).isZero();
  }

  /** What is due and waits for its turn can still be taken back. */
  @Test
  void doesNothingThatWasTakenBackWhenItWasDue() throws Exception {
    var done = new AtomicInteger();
    var asked = new CompletableFuture<Boolean>();
    var second = new CompletableFuture<XnioExecutor.Key>();
    thread.execute(
        () -> {
          Turns.after(thread, Duration.ofMillis(1), () -> asked.complete(second.join().remove()));
          second.complete(Turns.after(thread, Duration.ofMillis(1), done::incrementAndGet));
          // Both are due when the thread looks for that.
          beBusy();
        });
    var later = new CompletableFuture<Integer>();
    Turns.after(thread, Duration.ofMillis(50), () -> later.complete(done.get()));

    assertThat(asked.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(later.get(10, TimeUnit.SECONDS)).isZero();
  }
}
