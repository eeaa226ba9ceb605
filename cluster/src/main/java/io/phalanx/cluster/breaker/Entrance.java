package io.phalanx.cluster.breaker;

/** What becomes of a request that comes to a breaker. */
public sealed interface Entrance {
  /** It passes; {@link Circuit#over} is to follow. */
  record Inside() implements Entrance {}

  /** It is refused. */
  record Refused() implements Entrance {}

  Inside INSIDE = new Inside();
  Refused REFUSED = new Refused();
}
