package io.phalanx.cluster.breaker;

/** What a member measures, and when that is too much. Safe for threads; must not wait. */
public interface Measure {
  /**
   * Counts an answer.
   *
   * @param nanos how long it took
   * @param now nanoseconds of a clock that never goes back
   */
  void record(int status, long nanos, long now);

  Tally tally(long now);

  /** Begins anew. */
  void clear();
}
