package io.phalanx.node.http2;

import java.time.Duration;

/**
 * How long a connection has had no stream open, whatever else is said on it, and how long its peer
 * has taken nothing of what waits for it.
 */
public final class Idleness {
  private final Http2Connection connection;
  private long now;
  private long usedAt;
  private long movedAt;
  private int streamsBefore;
  private long sentBefore;

  /**
   * @param now nanoseconds, as {@link System#nanoTime}
   */
  public Idleness(Http2Connection connection, long now) {
    this.connection = connection;
    this.now = now;
    this.usedAt = now;
    this.movedAt = now;
  }

  /** Looks at the connection; to be called about once a second. */
  public void check(long time) {
    now = time;
    int streams = connection.streamsOfPeer();
    if (connection.openStreams() > 0 || streams != streamsBefore) {
      streamsBefore = streams;
      usedAt = time;
    }
    long sent = connection.bytesSent();
    if (connection.isFlushed() || sent != sentBefore) {
      sentBefore = sent;
      movedAt = time;
    }
  }

  /**
   * Whether no stream was open for so long when it was looked last.
   *
   * @param limit zero for ever
   */
  public boolean isUnusedFor(Duration limit) {
    return isOver(limit, now - usedAt);
  }

  /**
   * Whether the peer took nothing for so long when it was looked last, though something waits.
   *
   * @param limit zero for ever
   */
  public boolean isStuckFor(Duration limit) {
    return isOver(limit, now - movedAt);
  }

  private static boolean isOver(Duration limit, long nanos) {
    return !limit.isZero() && nanos >= limit.toNanos();
  }
}
