package io.phalanx.node.http2;

/**
 * Counts what costs the peer little and this side more. Two budgets, each refilled by time and by
 * what is useful, so that who works a lot may also cancel a lot.
 */
final class FloodGuard {
  private static final long NANOS_PER_REFILL = 1_000_000_000L;
  private static final int REFILLS_TO_FULL = 10;
  private static final int IDLE_FRAMES_PER_USEFUL = 4;

  private final int maxResets;
  private final int maxIdleFrames;
  private int resets;
  private int idleFrames;
  private long refilledAt;

  FloodGuard(Http2Options options, long now) {
    maxResets = options.maxResets();
    maxIdleFrames = options.maxIdleFrames();
    resets = maxResets;
    idleFrames = maxIdleFrames;
    refilledAt = now;
  }

  /** Time went by. */
  void refill(long now) {
    long refills = (now - refilledAt) / NANOS_PER_REFILL;
    if (refills > 0) {
      refilledAt += refills * NANOS_PER_REFILL;
      long times = Math.min(refills, REFILLS_TO_FULL);
      resets = Math.min(maxResets, resets + (int) (times * maxResets / REFILLS_TO_FULL));
      idleFrames =
          Math.min(maxIdleFrames, idleFrames + (int) (times * maxIdleFrames / REFILLS_TO_FULL));
    }
  }

  /** A stream of the peer ended before its end, by it or because of it. */
  void reset() throws ConnectionException {
    if (--resets < 0) {
      throw ConnectionException.flood("streams that were reset");
    }
  }

  /** A frame came that carries nothing. */
  void idleFrame() throws ConnectionException {
    if (--idleFrames < 0) {
      throw ConnectionException.flood("frames that carry nothing");
    }
  }

  /** A stream came to its end. */
  void streamEnded() {
    resets = Math.min(maxResets, resets + 1);
  }

  /** A frame of a message was received or sent. */
  void usefulFrame() {
    idleFrames = Math.min(maxIdleFrames, idleFrames + IDLE_FRAMES_PER_USEFUL);
  }
}
