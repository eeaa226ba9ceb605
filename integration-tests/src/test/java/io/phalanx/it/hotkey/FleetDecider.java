package io.phalanx.it.hotkey;

import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.budget.Grant;
import io.phalanx.cluster.budget.Limit;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A member's budgets, asked as {@code rateLimit} does. */
record FleetDecider(Budgets budgets) implements Decider {
  /** That of {@code rateLimit}. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final CompletionStage<Outcome> ADMITTED =
      CompletableFuture.completedStage(Outcome.ADMITTED);
  private static final CompletionStage<Outcome> REFUSED =
      CompletableFuture.completedStage(Outcome.REFUSED);

  @Override
  public CompletionStage<Outcome> decide(String key, Limit limit) {
    CompletionStage<Grant> grant = budgets.take(key, limit, Duration.ZERO, PATIENCE);
    CompletableFuture<Grant> known = grant.toCompletableFuture();
    if (known.isDone()) {
      return switch (known.join()) {
        case Grant.Admitted _ -> ADMITTED;
        case Grant.Refused _ -> REFUSED;
        case Grant.Unavailable _ -> CompletableFuture.completedStage(Outcome.UNANSWERED);
      };
    }
    return grant.thenApply(
        later ->
            switch (later) {
              case Grant.Admitted _ -> Outcome.ADMITTED;
              case Grant.Refused _ -> Outcome.REFUSED;
              case Grant.Unavailable _ -> Outcome.UNANSWERED;
            });
  }
}
