package io.phalanx.node.http2;

import java.time.Duration;

/**
 * How a connection comes to its end in good order (RFC 9113, section 6.8): the peer is told to open
 * no more streams, those that are on their way are accepted for one round trip, then the last one
 * is named.
 */
final class Drain {
  private static final long PING = 0x7068616c616e7821L;
  private static final long MOST_WAIT = Duration.ofSeconds(2).toNanos();

  private enum State {
    NOT,
    ANNOUNCED,
    LAST_CALL
  }

  private final Output output;
  private State state = State.NOT;
  private long since;

  Drain(Output output) {
    this.output = output;
  }

  boolean isBegun() {
    return state != State.NOT;
  }

  /** Whether the last stream is named, so that others are looked at no more. */
  boolean isPastLastCall() {
    return state == State.LAST_CALL;
  }

  void announce(long now) {
    since = now;
    state = State.ANNOUNCED;
    output.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
    output.ping(PING, false);
  }

  /** Whether this is what came back of the announcement. */
  boolean isAnsweredBy(long pong) {
    return state == State.ANNOUNCED && pong == PING;
  }

  /** Whether the peer does not answer. */
  boolean isOverdue(long now) {
    return state == State.ANNOUNCED && now - since >= MOST_WAIT;
  }

  void lastCall(int lastStream) {
    state = State.LAST_CALL;
    output.goAway(lastStream, ErrorCode.NO_ERROR, "");
  }
}
