package io.phalanx.it.budget;

import io.phalanx.cluster.budget.Bucket;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.DrawnBudgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.side.Side;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one decision costs a member that need not ask: tokens are at hand, or none can be there. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DecisionBenchmark {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** What comes of nearly all decisions. */
  public enum Outcome {
    ADMITTED,
    REFUSED
  }

  @Param private Outcome outcome = Outcome.ADMITTED;
  private Limit limit = limit();
  private Budgets budgets = (_, _, _, _) -> CompletableFuture.failedStage(new AssertionError());

  private Limit limit() {
    return switch (outcome) {
      case ADMITTED -> new Limit(100_000_000_000L, 100_000_000_000L, Duration.ofSeconds(1));
      case REFUSED -> new Limit(1, 1, Duration.ofHours(10));
    };
  }

  @Setup
  public void start() {
    limit = limit();
    var bucket = new Bucket(limit, "keeper", System.nanoTime());
    budgets =
        new DrawnBudgets(
            (_, _, draw) ->
                CompletableFuture.completedStage(
                    bucket.draw(draw, "keeper", Side.ALONE, System.nanoTime())),
            () -> "member",
            System::nanoTime);
  }

  @Benchmark
  public CompletionStage<Grant> take() {
    return budgets.take("rateLimit app@file limit@file 192.0.2.1", limit, Duration.ZERO, PATIENCE);
  }
}
