package io.phalanx.node.attempt;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What a node spends on bodies that are kept to be sent again, all requests together. Thread-safe.
 */
public final class BodyMemory {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * @param most in bytes
   */
  public BodyMemory(long most) {
    this.most = most;
  }

  /** Takes so many bytes. Returns false, and takes nothing, if there are not as many left. */
  boolean take(int bytes) {
    if (held.addAndGet(bytes) <= most) {
      return true;
    }
    held.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /** Bytes that are held now. */
  public long held() {
    return held.get();
  }
}
