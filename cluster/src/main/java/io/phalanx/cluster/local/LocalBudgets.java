package io.phalanx.cluster.local;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.phalanx.cluster.budget.Buckets;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Budgets of a node on its own, or of one node of a fleet. Beyond {@value #MAX_KEYS} keys the one
 * that was used least is forgotten first.
 */
public final class LocalBudgets implements Budgets {
  static final int MAX_KEYS = 1_000_000;

  private final Cache<String, Bucket> buckets = Caffeine.newBuilder().maximumSize(MAX_KEYS).build();
  private final TimeMeter meter;

  public LocalBudgets(InstantSource clock) {
    this.meter = new ClockMeter(clock);
  }

  private record ClockMeter(InstantSource clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      Instant now = clock.instant();
      return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }

  /** What came out of the step in which nobody else had the bucket. */
  private static final class Taken {
    private Grant grant = new Grant.Refused(Duration.ZERO);
  }

  /**
   * One step for each key: the bucket is not forgotten while it is used, and nobody takes a token
   * between the look at the wait and the token that is taken for it.
   */
  @Override
  public CompletionStage<Grant> take(
      String key, Limit limit, Duration maxDelay, Duration patience) {
    var taken = new Taken();
    buckets
        .asMap()
        .compute(
            Buckets.identity(key, limit),
            (_, known) -> {
              Bucket bucket = known == null ? bucket(limit) : known;
              taken.grant = take(bucket, maxDelay);
              return bucket;
            });
    return CompletableFuture.completedStage(taken.grant);
  }

  private Bucket bucket(Limit limit) {
    BucketConfiguration configuration = Buckets.configuration(limit);
    return Bucket.builder()
        .addLimit(configuration.getBandwidths()[0])
        .withCustomTimePrecision(meter)
        .build();
  }

  private static Grant take(Bucket bucket, Duration maxDelay) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (probe.isConsumed()) {
      return new Grant.Admitted(Duration.ZERO);
    }
    Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill());
    if (wait.compareTo(maxDelay) > 0) {
      return new Grant.Refused(wait);
    }
    // Ahead of time: the bucket goes below zero by this token, and the caller waits for it.
    return new Grant.Admitted(Duration.ofNanos(bucket.consumeIgnoringRateLimits(1)));
  }
}
