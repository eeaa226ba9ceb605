package io.phalanx.cluster.budget;

import io.phalanx.cluster.budget.HeldTokens.Decision;
import io.phalanx.cluster.demand.AskedKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
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

  private static final String LATE = "the budget did not answer in time";

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

  private final class Key extends AskedKey<Draw, Drawn, Decision<CompletableFuture<Grant>>> {
    private final String identity;
    private final Limit limit;
    private final HeldTokens<CompletableFuture<Grant>> tokens;

    Key(String identity, Limit limit) {
      this(
          identity,
          limit,
          new HeldTokens<>(self.get(), numbers::incrementAndGet, nanoTime.getAsLong()));
    }

    private Key(String identity, Limit limit, HeldTokens<CompletableFuture<Grant>> tokens) {
      super(tokens, nanoTime, LATE);
      this.identity = identity;
      this.limit = limit;
      this.tokens = tokens;
    }

    /** Empty if this was forgotten, and another one is to be asked. */
    Optional<CompletionStage<Grant>> take(Duration maxDelay) {
      return use(
          () -> {
            var waiter = new CompletableFuture<Grant>();
            Optional<Grant> now = tokens.take(waiter, maxDelay, nanoTime.getAsLong());
            return now.<CompletionStage<Grant>>map(CompletableFuture::completedStage)
                .orElse(waiter);
          });
    }

    @Override
    protected void remove() {
      keys.remove(identity, this);
    }

    @Override
    protected CompletionStage<Drawn> send(Draw draw) {
      return keeper.draw(identity, limit, draw);
    }

    @Override
    protected void tell(Decision<CompletableFuture<Grant>> decision) {
      decision.waiter().complete(decision.grant());
    }
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
    return AskedKey.within(patience, () -> keeper.draw(identity, limit, draw))
        .handle(
            (drawn, failure) -> {
              if (failure != null) {
                return new Grant.Unavailable(AskedKey.reason(failure, LATE));
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
            .map(key -> key.giveBack(patience))
            .toArray(CompletableFuture[]::new));
  }
}
