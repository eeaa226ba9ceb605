package io.phalanx.cluster.demand;

import io.phalanx.cluster.side.NotSettled;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A key of which a member holds something, and for which it asks where the fleet keeps it: one
 * question at a time. What is known of it is used under its lock; whoever waited is told outside of
 * that. Thread-safe.
 *
 * @param <N> what is asked
 * @param <A> the answer
 */
public abstract class AskedKey<N, A> {
  /** After which time it is asked again if the fleet was not ready. */
  public static final Duration AGAIN = Duration.ofMillis(20);

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(AGAIN.toNanos(), TimeUnit.NANOSECONDS);

  private boolean forgotten;

  /** What is to be asked now, if anything; with the lock. */
  protected abstract Optional<N> next();

  /** What is to be asked at the end, if anything; with the lock. */
  protected abstract Optional<N> last();

  /** Whether nothing would be lost with this; with the lock. */
  protected abstract boolean isForgettable();

  /** Takes this from where it is looked for: it is forgotten; with the lock. */
  protected abstract void remove();

  /** Asks. */
  protected abstract CompletionStage<A> send(N need);

  /**
   * The answer is there; with the lock.
   *
   * @return tells those who waited
   */
  protected abstract Runnable answered(A answer);

  /**
   * There is none; with the lock.
   *
   * @param patience for how long one waits at most
   * @return tells those who waited
   */
  protected abstract Runnable failed(Throwable failure, Duration patience);

  /** Does a step with the lock; empty if this was forgotten, and another one is to be used. */
  public final synchronized <T> Optional<T> use(Supplier<T> step) {
    return forgotten ? Optional.empty() : Optional.of(step.get());
  }

  /** Asks what is to be asked, again and again until there is nothing. */
  public final void ask(Duration patience) {
    Optional<N> need;
    synchronized (this) {
      need = next();
    }
    need.ifPresent(
        wish ->
            within(patience, () -> send(wish))
                .whenComplete(
                    (answer, failure) -> {
                      take(answer, failure, patience);
                      if (NotSettled.is(failure)) {
                        LATER.execute(() -> ask(patience));
                      } else {
                        ask(patience);
                      }
                    }));
  }

  /** The answer to a question, or a failure after so long. */
  public static <A> CompletableFuture<A> within(
      Duration patience, Supplier<CompletionStage<A>> question) {
    try {
      return question
          .get()
          .toCompletableFuture()
          .copy()
          .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void take(@Nullable A answer, @Nullable Throwable failure, Duration patience) {
    Runnable told;
    synchronized (this) {
      told = failure == null ? answered(Objects.requireNonNull(answer)) : failed(failure, patience);
    }
    told.run();
  }

  /**
   * To be called some times a second: asks what is to be asked, and is forgotten where nothing
   * would be lost.
   */
  public final void tidy(Duration patience) {
    synchronized (this) {
      if (isForgettable()) {
        forgotten = true;
        remove();
        return;
      }
    }
    ask(patience);
  }

  /**
   * Why there is no answer.
   *
   * @param late said where none came in time
   */
  public static String reason(Throwable failure, String late) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof TimeoutException ? late : String.valueOf(cause.getMessage());
  }

  /** Gives back everything; nobody may come any more. */
  public final CompletableFuture<Void> giveBack(Duration patience) {
    Optional<N> need;
    synchronized (this) {
      need = last();
    }
    return need.map(wish -> within(patience, () -> send(wish)).<Void>handle((_, _) -> null))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }
}
