package io.phalanx.cluster.budget;

import java.time.Duration;

/** What became of a wish for a token. */
public sealed interface Grant {
  /**
   * The token is taken and may be used after {@code delay}, zero for at once.
   *
   * @param left how many may be taken at once behind this one, as far as is known here
   */
  record Admitted(Duration delay, long left) implements Grant {}

  /** Nothing was taken. There may be a token in {@code retryAfter}. */
  record Refused(Duration retryAfter) implements Grant {}

  record Unavailable(String reason) implements Grant {}
}
