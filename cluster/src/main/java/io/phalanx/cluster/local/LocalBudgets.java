package io.phalanx.cluster.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.phalanx.cluster.budget.Bucket;
import io.phalanx.cluster.budget.Buckets;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Draw;
import io.phalanx.cluster.budget.Drawn;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.side.Side;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * Budgets of a node on its own, or of one node of a fleet. Beyond {@value #MAX_KEYS} keys the one
 * that was used least is forgotten first, and any one when it is full again.
 */
public final class LocalBudgets implements Budgets {
  static final int MAX_KEYS = 250_000;

  private static final String SELF = "self";
  private static final Duration NO_TERM = Duration.ofNanos(1);

  private final Cache<String, Bucket> buckets;
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime nanoseconds that never go back
   */
  public LocalBudgets(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MAX_KEYS)
            .ticker(nanoTime::getAsLong)
            .expireAfter(
                Expiry.<String, Bucket>writing((_, bucket) -> Duration.ofNanos(bucket.untilFull())))
            .build();
  }

  /** What came out of the step in which nobody else had the bucket. */
  private static final class Taken {
    private Grant grant = new Grant.Refused(Duration.ZERO);
  }

  /** One step for each key: the bucket is not forgotten while it is used. */
  @Override
  public CompletionStage<Grant> take(
      String key, Limit limit, Duration maxDelay, Duration patience) {
    var draw = new Draw(SELF, 0, 0, 1, maxDelay, 0, NO_TERM);
    var taken = new Taken();
    buckets
        .asMap()
        .compute(
            Buckets.identity(key, limit),
            (_, known) -> {
              long now = nanoTime.getAsLong();
              Bucket bucket = known == null ? new Bucket(limit, SELF, now) : known;
              taken.grant = grant(bucket.draw(draw, SELF, Side.ALONE, now));
              return bucket;
            });
    return CompletableFuture.completedStage(taken.grant);
  }

  /** Keys that are remembered. */
  long count() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }

  private static Grant grant(Drawn drawn) {
    return drawn.delays().isEmpty()
        ? new Grant.Refused(drawn.next())
        : new Grant.Admitted(drawn.delays().getFirst(), drawn.left());
  }
}
