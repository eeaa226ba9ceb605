package io.phalanx.cluster.budget;

import io.phalanx.cluster.budget.HeldTokens.Decision;
import io.phalanx.cluster.side.NotSettled;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Budgets of a member that draws its tokens from where the fleet keeps them: for keys that are in
 * demand in advance, so that most are decided here and at once, and so is a refusal until the next
 * token may be there.
 */
public final class DrawnBudgets implements Budgets {
  /** Keys that something is remembered of; for others each wish is asked for by itself. */
  static final int MAX_KEYS = 100_000;

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(HeldTokens.AGAIN, TimeUnit.NANOSECONDS);

  private final BucketKeeper keeper;
  private final Supplier<String> self;
  private final LongSupplier nanoTime;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentHashMap<String, Key> keys = new ConcurrentHashMap<>();

  /**
   * @param self this member's name, by which nobody went before
   */
  public DrawnBudgets(BucketKeeper keeper, Supplier<String> self, LongSupplier nanoTime) {
    this.keeper = keeper;
    this.self = self;
    this.nanoTime = nanoTime;
  }

  /** A key, and the lock of what is known of it. */
  private final class Key {
    private final String identity;
    private final Limit limit;
    private final HeldTokens<CompletableFuture<Grant>> tokens;
    private boolean forgotten;

    Key(String identity, Limit limit) {
      this.identity = identity;
      this.limit = limit;
      this.tokens = new HeldTokens<>(self.get(), numbers::incrementAndGet, nanoTime.getAsLong());
    }

    /** Empty if this was forgotten, and another one is to be asked. */
    synchronized Optional<CompletionStage<Grant>> take(Duration maxDelay) {
      if (forgotten) {
        return Optional.empty();
      }
      var waiter = new CompletableFuture<Grant>();
      Optional<Grant> now = tokens.take(waiter, maxDelay, nanoTime.getAsLong());
      return Optional.of(
          now.<CompletionStage<Grant>>map(CompletableFuture::completedStage).orElse(waiter));
    }

    void ask(Duration patience) {
      Optional<Draw> draw;
      synchronized (this) {
        draw = tokens.next(nanoTime.getAsLong());
      }
      draw.ifPresent(wish -> send(wish, patience));
    }

    private void send(Draw draw, Duration patience) {
      drawn(identity, limit, draw, patience)
          .whenComplete(
              (drawn, failure) -> {
                answer(drawn, failure, patience);
                if (NotSettled.is(failure)) {
                  LATER.execute(() -> ask(patience));
                } else {
                  ask(patience);
                }
              });
    }

    private void answer(Drawn drawn, Throwable failure, Duration patience) {
      List<Decision<CompletableFuture<Grant>>> decisions;
      synchronized (this) {
        long now = nanoTime.getAsLong();
        if (failure == null) {
          decisions = tokens.answered(drawn, now);
        } else if (NotSettled.is(failure)) {
          decisions = tokens.postponed(patience, reason(failure), now);
        } else {
          decisions = tokens.failed(reason(failure), now);
        }
      }
      decisions.forEach(decision -> decision.waiter().complete(decision.grant()));
    }

    /** Gives back what nobody uses, and is forgotten when nothing is left. */
    void tidy(Duration patience) {
      synchronized (this) {
        if (tokens.isForgettable(nanoTime.getAsLong())) {
          forgotten = true;
          keys.remove(identity, this);
          return;
        }
      }
      ask(patience);
    }

    CompletionStage<Void> giveBack(Duration patience) {
      Optional<Draw> draw;
      synchronized (this) {
        draw = tokens.last(nanoTime.getAsLong());
      }
      return draw.map(last -> drawn(identity, limit, last, patience))
          .orElseGet(() -> CompletableFuture.completedFuture(null))
          .handle((_, _) -> null);
    }
  }

  private CompletableFuture<Drawn> drawn(
      String identity, Limit limit, Draw draw, Duration patience) {
    try {
      return keeper
          .draw(identity, limit, draw)
          .toCompletableFuture()
          .copy()
          .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static String reason(Throwable failure) {
    return failure instanceof TimeoutException
        ? "the budget did not answer in time"
        : String.valueOf(failure.getMessage());
  }

  @Override
  public CompletionStage<Grant> take(
      String key, Limit limit, Duration maxDelay, Duration patience) {
    String identity = Buckets.identity(key, limit);
    while (true) {
      Key known = keys.get(identity);
      if (known == null) {
        if (keys.size() >= MAX_KEYS) {
          return one(identity, limit, maxDelay, patience);
        }
        known = keys.computeIfAbsent(identity, _ -> new Key(identity, limit));
      }
      Optional<CompletionStage<Grant>> grant = known.take(maxDelay);
      if (grant.isPresent()) {
        known.ask(patience);
        return grant.get();
      }
    }
  }

  private CompletionStage<Grant> one(
      String identity, Limit limit, Duration maxDelay, Duration patience) {
    var draw = new Draw(self.get(), numbers.incrementAndGet(), 0, 1, maxDelay, 0, HeldTokens.TERM);
    return drawn(identity, limit, draw, patience)
        .handle(
            (drawn, failure) -> {
              if (failure != null) {
                return new Grant.Unavailable(reason(failure));
              }
              return drawn.delays().isEmpty()
                  ? new Grant.Refused(drawn.next())
                  : new Grant.Admitted(drawn.delays().getFirst(), drawn.left());
            });
  }

  /** To be called some times a second: gives back what nobody uses, renews what is used. */
  public void tidy(Duration patience) {
    keys.values().forEach(key -> key.tidy(patience));
  }

  /** Gives back everything: this member leaves. */
  public CompletionStage<Void> giveBack(Duration patience) {
    return CompletableFuture.allOf(
        keys.values().stream()
            .map(key -> key.giveBack(patience).toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }
}
