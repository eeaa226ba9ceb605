package io.phalanx.node.forwarding;

import java.time.Duration;

/**
 * How a tunnel ends: each half by itself. While both are open it may be silent for as long as it
 * likes; when one has ended, the other may be forgotten by a peer that is long gone.
 */
final class TunnelEnd {
  /** How long the open half may be silent after the other one ended. */
  static final long SILENCE_NANOS = Duration.ofMinutes(1).toNanos();

  private boolean oneEnded;
  private long moved;
  private long since;

  /** Returns whether that was the second half. */
  boolean ended(long now) {
    boolean both = oneEnded;
    oneEnded = true;
    since = now;
    return both;
  }

  /**
   * @param total bytes that went through the tunnel until now
   */
  boolean isForgotten(long now, long total) {
    if (total != moved) {
      moved = total;
      since = now;
    }
    return oneEnded && now - since >= SILENCE_NANOS;
  }
}
