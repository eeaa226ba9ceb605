package io.phalanx.it.hotkey;

/** One key, its limit, and how often it is asked for. */
enum Scenario {
  ADMITTED(100_000, 100_000, 50_000),
  SATURATED(10_000, 10_000, 50_000),
  ADMITTED_FLAT_OUT(1_000_000_000, 1_000_000_000, 0),
  SATURATED_FLAT_OUT(10_000, 10_000, 0);

  private final long burst;

  /** A second. */
  private final long tokens;

  /** Questions of all members together; 0 for as many as are answered. */
  private final int perSecond;

  Scenario(long burst, long tokens, int perSecond) {
    this.burst = burst;
    this.tokens = tokens;
    this.perSecond = perSecond;
  }

  Members.Task task(MemberMain.Side side, String key) {
    return new Members.Task(side, key, burst, tokens, perSecond);
  }

  /** As many as may be admitted in this time, from a full bucket. */
  double most(double seconds) {
    return burst + tokens * seconds;
  }
}
