package io.phalanx.cluster.demand;

import io.phalanx.cluster.side.NotSettled;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A key of which a member holds something, and for which it asks where the fleet keeps it: one
 * question at a time. What is known of it is used under its lock; whoever waited is told outside of
 * that. Thread-safe.
 *
 * @param <N> what is asked
 * @param <A> the answer
 * @param <D> what became of one who waited
 */
public abstract class AskedKey<N, A, D> {
  /** After which time it is asked again if the fleet was not ready. */
  public static final Duration AGAIN = Duration.ofMillis(20);

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(AGAIN.toNanos(), TimeUnit.NANOSECONDS);

  private final Holding<N, A, D> holding;
  private final LongSupplier nanoTime;
  private final String late;
  private boolean forgotten;

  /**
   * @param late what is said where no answer came in time
   */
  protected AskedKey(Holding<N, A, D> holding, LongSupplier nanoTime, String late) {
    this.holding = holding;
    this.nanoTime = nanoTime;
    this.late = late;
  }

  /** Takes this from where it is looked for: it is forgotten; with the lock. */
  protected abstract void remove();

  /** Asks. */
  protected abstract CompletionStage<A> send(N need);

  /** Tells one who waited. */
  protected abstract void tell(D decision);

  /** Does a step with the lock; empty if this was forgotten, and another one is to be used. */
  public final synchronized <T> Optional<T> use(Supplier<T> step) {
    return forgotten ? Optional.empty() : Optional.of(step.get());
  }

  /** Asks what is to be asked, again and again until there is nothing. */
  public final void ask(Duration patience) {
    Optional<N> need;
    synchronized (this) {
      need = holding.next(nanoTime.getAsLong());
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
    List<D> decisions;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (failure == null) {
        decisions = holding.answered(Objects.requireNonNull(answer), now);
      } else if (NotSettled.is(failure)) {
        decisions = holding.postponed(patience, reason(failure, late), now);
      } else {
        decisions = holding.failed(reason(failure, late), now);
      }
    }
    decisions.forEach(this::tell);
  }

  /**
   * To be called some times a second: asks what is to be asked, and is forgotten where nothing
   * would be lost.
   */
  public final void tidy(Duration patience) {
    synchronized (this) {
      if (holding.isForgettable(nanoTime.getAsLong())) {
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
      need = holding.last(nanoTime.getAsLong());
    }
    return need.map(wish -> within(patience, () -> send(wish)).<Void>handle((_, _) -> null))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }
}
