package io.phalanx.cluster.breaker;

/**
 * Opens, recovers and closes as Traefik's breaker does: shut for a while, then a share of requests
 * that grows linearly to one half, at which as many pass as are refused, then all. Time is given in
 * nanoseconds of a clock that never goes back. Not safe for threads.
 */
final class Gate {
  private static final double FULL_SHARE = 0.5;

  private final Terms terms;
  private State state = State.CLOSED;
  private long since;
  private long allowed;
  private long denied;

  Gate(Terms terms) {
    this.terms = terms;
  }

  State state() {
    return state;
  }

  /** When the state began. */
  long since() {
    return since;
  }

  void open(long at) {
    state = State.OPEN;
    since = at;
  }

  void recover(long at) {
    state = State.RECOVERING;
    since = at;
    allowed = 0;
    denied = 0;
  }

  void close(long at) {
    state = State.CLOSED;
    since = at;
  }

  /** Whether it was open for long enough. */
  boolean isToRecover(long now) {
    return state == State.OPEN && now - since >= terms.fallback().toNanos();
  }

  /** Whether it recovered for long enough. */
  boolean isToClose(long now) {
    return state == State.RECOVERING && now - since > terms.recovery().toNanos();
  }

  /** Whether one more passes. */
  boolean allows(long now) {
    return switch (state) {
      case CLOSED -> true;
      case OPEN -> false;
      case RECOVERING -> isToClose(now) || isWithinShare(now);
    };
  }

  /** One that was to pass did not. */
  void takeBack() {
    if (state == State.RECOVERING && allowed > 0) {
      allowed--;
      denied++;
    }
  }

  /** The state began at another time than was thought here. */
  void beganAt(long at) {
    since = at;
  }

  private boolean isWithinShare(long now) {
    double share = FULL_SHARE * (now - since) / terms.recovery().toNanos();
    if ((double) (allowed + 1) / (allowed + 1 + denied) < share) {
      allowed++;
      return true;
    }
    denied++;
    return false;
  }
}
