package io.phalanx.node.middleware;

import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Budgets whose answers the test gives. */
final class AskedBudgets implements Budgets {
  final List<String> keys = new ArrayList<>();
  final List<Limit> limits = new ArrayList<>();
  final List<Duration> maxDelays = new ArrayList<>();
  final CompletableFuture<Grant> answer = new CompletableFuture<>();

  /** That do not answer. */
  static AskedBudgets unavailable() {
    var asked = new AskedBudgets();
    asked.answer.complete(new Grant.Unavailable("cut off"));
    return asked;
  }

  @Override
  public CompletionStage<Grant> take(
      String key, Limit limit, Duration maxDelay, Duration patience) {
    keys.add(key);
    limits.add(limit);
    maxDelays.add(maxDelay);
    return answer;
  }
}
