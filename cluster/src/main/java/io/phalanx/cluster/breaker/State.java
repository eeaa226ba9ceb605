package io.phalanx.cluster.breaker;

/** Whether requests pass. */
public enum State {
  /** All of them. */
  CLOSED,

  /** None. */
  OPEN,

  /** A share of them that grows. */
  RECOVERING
}
