package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.phalanx.cluster.budget.BucketFormat;
import io.phalanx.cluster.budget.BucketFormat.Wish;
import io.phalanx.cluster.budget.BucketKeeper;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Draw;
import io.phalanx.cluster.budget.Drawn;
import io.phalanx.cluster.budget.DrawnBudgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.hazelcast.CommandProcessor.Command;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Budgets whose buckets are in a map. Each draw is one command that runs where the bucket is. */
final class HazelcastBudgets implements Budgets, BucketKeeper {
  private static final int WARM_UP_CALLS = 50;
  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(5);

  private final IMap<String, byte[]> buckets;
  private final DrawnBudgets drawn;

  HazelcastBudgets(HazelcastInstance instance) {
    this.buckets = instance.getMap(Joining.BUDGET_MAP);
    this.drawn =
        new DrawnBudgets(
            this,
            () -> instance.getCluster().getLocalMember().getUuid().toString(),
            System::nanoTime);
  }

  /**
   * The first calls load classes and find the partitions' owners, which takes longer than a request
   * may wait; so they are made here.
   */
  void warmUp() {
    var limit = new Limit(1_000_000, 1_000_000, Duration.ofSeconds(1));
    Calls.atOnce(WARM_UP_CALLS, i -> take("warm-up " + i, limit, Duration.ZERO, WARM_UP_LIMIT))
        .join();
  }

  /** To be called some times a second. */
  void tidy(Duration patience) {
    drawn.tidy(patience);
  }

  @Override
  public CompletionStage<Drawn> draw(String key, Limit limit, Draw draw) {
    byte[] wish = BucketFormat.bytes(new Wish(limit, draw));
    return buckets
        .submitToKey(key, new CommandProcessor(Command.DRAW, wish))
        .handle(Answers::of)
        .thenApply(BucketFormat::drawn);
  }

  @Override
  public CompletionStage<Grant> take(
      String key, Limit limit, Duration maxDelay, Duration patience) {
    return drawn.take(key, limit, maxDelay, patience);
  }

  /** Gives back what this member has in advance, and waits for that. */
  void giveBack(Duration patience) {
    drawn.giveBack(patience).toCompletableFuture().join();
  }
}
