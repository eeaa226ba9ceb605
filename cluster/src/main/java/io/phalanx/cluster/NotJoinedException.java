package io.phalanx.cluster;

import java.io.IOException;

/** The fleet did not let this member in within the time that it had. */
public final class NotJoinedException extends IOException {
  private final boolean refused;

  /**
   * @param refused whether members answered and would never have this one
   */
  public NotJoinedException(String message, boolean refused) {
    super(message);
    this.refused = refused;
  }

  /** Whether members answered and would never have this one, since their key is another one. */
  public boolean isRefused() {
    return refused;
  }
}
