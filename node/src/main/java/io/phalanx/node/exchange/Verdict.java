package io.phalanx.node.exchange;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a middleware decided about a request. */
public sealed interface Verdict {
  /**
   * Goes on to the next step, and back through {@code onResponse}, if there is one, before the
   * first byte of the answer.
   */
  record Proceed(Optional<ResponseStep> onResponse) implements Verdict {}

  /**
   * Answers here. Steps in front of this one still see the answer's head; those behind are never
   * asked.
   */
  record Respond(Answer answer) implements Verdict {}

  /**
   * Decides later. The request stays where it is and holds no thread. A stage that fails is a
   * failure of this node (500).
   *
   * @param decision may complete on any thread; may decide anything but to wait again
   */
  record Wait(CompletionStage<Verdict> decision) implements Verdict {}

  /**
   * Goes on with a say in all of what is behind: whether its answer goes to the client or another
   * one is asked for. Steps in front of this one see nothing of that but the last answer.
   */
  record Enclose(Enclosure enclosure) implements Verdict {}

  /** Goes on, without interest in the answer. */
  Verdict PROCEED = new Proceed(Optional.empty());

  /** Waits for a decision that may be to wait, once more, for another one. */
  static Verdict later(CompletionStage<Verdict> decision) {
    return new Wait(
        decision.thenCompose(
            verdict ->
                verdict instanceof Wait(CompletionStage<Verdict> last)
                    ? last
                    : CompletableFuture.completedStage(verdict)));
  }

  static Verdict proceedThen(ResponseStep onResponse) {
    return new Proceed(Optional.of(onResponse));
  }
}
