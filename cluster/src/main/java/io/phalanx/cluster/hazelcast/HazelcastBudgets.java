package io.phalanx.cluster.hazelcast;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.grid.hazelcast.Bucket4jHazelcast;
import io.phalanx.cluster.budget.Buckets;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Budgets as bucket4j buckets in a map: each wish is a command that runs where the bucket lives.
 * Only asynchronous calls, each with a bound on its time.
 */
final class HazelcastBudgets implements Budgets {
  /** Proxies kept per member; what they hold is small and made again when needed. */
  private static final int MAX_PROXIES = 100_000;

  /** How long a bucket stays after it would be full again. */
  private static final Duration KEPT_WHEN_FULL = Duration.ofSeconds(10);

  private static final int WARM_UP_CALLS = 50;
  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(5);

  private final AsyncProxyManager<String> buckets;
  private final Cache<String, AsyncBucketProxy> proxies =
      Caffeine.newBuilder().maximumSize(MAX_PROXIES).build();

  HazelcastBudgets(HazelcastInstance instance) {
    IMap<String, byte[]> map = instance.getMap(Joining.BUDGET_MAP);
    this.buckets =
        Bucket4jHazelcast.entryProcessorBasedBuilder(map)
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_WHEN_FULL))
            .build()
            .asAsync();
  }

  /**
   * The first calls load classes and find the partitions' owners, which takes longer than a request
   * may wait; so they are made here.
   */
  void warmUp() {
    var limit = new Limit(1_000_000, 1_000_000, Duration.ofSeconds(1));
    for (int i = 0; i < WARM_UP_CALLS; i++) {
      take("warm-up " + i, limit, Duration.ZERO, WARM_UP_LIMIT).toCompletableFuture().join();
    }
  }

  @Override
  public CompletionStage<Grant> take(
      String key, Limit limit, Duration maxDelay, Duration patience) {
    try {
      AsyncBucketProxy bucket = proxies.get(Buckets.identity(key, limit), id -> proxy(id, limit));
      return bucket
          .tryConsumeAndReturnRemaining(1)
          .thenCompose(probe -> grant(bucket, probe, maxDelay))
          .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
          .exceptionally(HazelcastBudgets::unavailable);
    } catch (RuntimeException e) {
      return CompletableFuture.completedStage(unavailable(e));
    }
  }

  private AsyncBucketProxy proxy(String id, Limit limit) {
    BucketConfiguration configuration = Buckets.configuration(limit);
    return buckets.builder().build(id, () -> CompletableFuture.completedFuture(configuration));
  }

  private static CompletableFuture<Grant> grant(
      AsyncBucketProxy bucket, ConsumptionProbe probe, Duration maxDelay) {
    if (probe.isConsumed()) {
      return CompletableFuture.completedFuture(new Grant.Admitted(Duration.ZERO));
    }
    Duration wait = Duration.ofNanos(probe.getNanosToWaitForRefill());
    if (wait.compareTo(maxDelay) > 0) {
      return CompletableFuture.completedFuture(new Grant.Refused(wait));
    }
    // Ahead of time: the bucket goes below zero by this token, and the caller waits for it.
    return bucket
        .consumeIgnoringRateLimits(1)
        .thenApply(nanos -> new Grant.Admitted(Duration.ofNanos(nanos)));
  }

  private static Grant unavailable(Throwable cause) {
    return new Grant.Unavailable(String.valueOf(cause.getMessage()));
  }
}
