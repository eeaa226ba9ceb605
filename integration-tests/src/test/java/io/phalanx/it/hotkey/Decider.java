package io.phalanx.it.hotkey;

import io.phalanx.cluster.budget.Limit;
import java.util.concurrent.CompletionStage;

/** Who decides. */
interface Decider {
  /** What becomes of one request. */
  enum Outcome {
    ADMITTED,
    REFUSED,
    UNANSWERED
  }

  /** Takes a token of {@code key}, or none; never completes exceptionally. */
  CompletionStage<Outcome> decide(String key, Limit limit);

  /** Sends what was asked since the last time, where that is not done at once. */
  default void flush() {}
}
