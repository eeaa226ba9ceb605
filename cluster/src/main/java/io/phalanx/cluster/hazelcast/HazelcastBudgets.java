package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.remote.CommandResult;
import io.github.bucket4j.distributed.remote.MultiResult;
import io.github.bucket4j.distributed.remote.Request;
import io.github.bucket4j.distributed.remote.commands.CreateInitialStateAndExecuteCommand;
import io.github.bucket4j.distributed.remote.commands.EstimateAbilityToConsumeCommand;
import io.github.bucket4j.distributed.remote.commands.MultiCommand;
import io.github.bucket4j.distributed.remote.commands.ReserveAndCalculateTimeToSleepCommand;
import io.github.bucket4j.distributed.versioning.Versions;
import io.github.bucket4j.grid.hazelcast.Bucket4jHazelcast;
import io.github.bucket4j.grid.hazelcast.HazelcastProxyManager;
import io.phalanx.cluster.budget.Buckets;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Budgets as bucket4j buckets in a map: each wish is one command that runs where the bucket lives,
 * so that nobody takes a token between the look at the wait and the token that is taken for it.
 * Only asynchronous calls, each with a bound on its time.
 */
final class HazelcastBudgets implements Budgets {
  /** How long a bucket stays after it would be full again. */
  private static final Duration KEPT_WHEN_FULL = Duration.ofSeconds(10);

  private static final int WARM_UP_CALLS = 50;
  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(5);

  private static final ExpirationAfterWriteStrategy EXPIRATION =
      ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_WHEN_FULL);

  private final HazelcastProxyManager<String> buckets;

  HazelcastBudgets(HazelcastInstance instance) {
    IMap<String, byte[]> map = instance.getMap(Joining.BUDGET_MAP);
    this.buckets = Bucket4jHazelcast.entryProcessorBasedBuilder(map).build();
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
      return buckets
          .executeAsync(Buckets.identity(key, limit), wish(limit, maxDelay))
          .thenApply(HazelcastBudgets::grant)
          .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
          .exceptionally(HazelcastBudgets::unavailable);
    } catch (RuntimeException e) {
      return CompletableFuture.completedStage(unavailable(e));
    }
  }

  /**
   * How long to wait for a token, and the token if that is no longer than {@code maxDelay}; the
   * bucket goes below zero by it. A bucket that is not there is made.
   */
  private static Request<MultiResult> wish(Limit limit, Duration maxDelay) {
    var command =
        new MultiCommand(
            List.of(
                new EstimateAbilityToConsumeCommand(1),
                new ReserveAndCalculateTimeToSleepCommand(1, maxDelay.toNanos())));
    return new Request<>(
        new CreateInitialStateAndExecuteCommand<>(Buckets.configuration(limit), command),
        Versions.getLatest(),
        null,
        EXPIRATION);
  }

  private static Grant grant(CommandResult<MultiResult> result) {
    List<CommandResult<?>> results = result.getData().getResults();
    var before = (EstimationProbe) results.getFirst().getData();
    var delay = (Long) results.getLast().getData();
    return delay == Long.MAX_VALUE
        ? new Grant.Refused(Duration.ofNanos(before.getNanosToWaitForRefill()))
        : new Grant.Admitted(Duration.ofNanos(delay));
  }

  private static Grant unavailable(Throwable cause) {
    return new Grant.Unavailable(String.valueOf(cause.getMessage()));
  }
}
