package io.phalanx.cluster.disk;

/** What was kept cannot be used: it is damaged, or a later release wrote it. */
public final class UnusableException extends IllegalStateException {
  /**
   * @param message names the file, and what is wrong with it
   */
  public UnusableException(String message) {
    super(message);
  }

  public UnusableException(String message, Throwable cause) {
    super(message, cause);
  }
}
