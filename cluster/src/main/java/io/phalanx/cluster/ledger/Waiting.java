package io.phalanx.cluster.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for answers of other members, which may not come. */
final class Waiting {
  private Waiting() {}

  /** The answer, if one comes in time. */
  static <T> Optional<T> forAnswer(CompletionStage<T> answer, Duration limit)
      throws InterruptedException {
    try {
      return Optional.of(
          answer.toCompletableFuture().get(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS));
    } catch (ExecutionException | TimeoutException _) {
      return Optional.empty();
    }
  }

  /** Those that come in time. */
  static <T> List<T> forAll(List<CompletableFuture<T>> answers, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    var came = new ArrayList<T>();
    for (CompletableFuture<T> answer : answers) {
      forAnswer(answer, Duration.ofNanos(end - System.nanoTime())).ifPresent(came::add);
    }
    return came;
  }
}
