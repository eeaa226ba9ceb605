package io.phalanx.cluster.breaker;

import java.util.concurrent.CompletionStage;

/** What becomes of a request that comes to a breaker. */
public sealed interface Entrance {
  /**
   * It passes; {@link Circuit#over} or {@link Circuit#left} is to follow.
   *
   * @param time of the breaker: what belongs to an earlier one does not count any more
   * @param probe number of the member's probe; 0 if it is none
   */
  record Inside(long time, long probe) implements Entrance {}

  /** It is refused. */
  record Refused() implements Entrance {}

  /**
   * The fleet is asked whether it may probe.
   *
   * @param decision completes on any thread, never exceptionally, with one of the other two
   */
  record Asked(CompletionStage<Entrance> decision) implements Entrance {}

  Refused REFUSED = new Refused();
}
