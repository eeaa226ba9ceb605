package io.phalanx.cluster.budget;

import java.time.Duration;

/** What became of a wish for a token. */
public sealed interface Grant {
  /** The token is taken and may be used after {@code delay}, zero for at once. */
  record Admitted(Duration delay) implements Grant {}

  /** Nothing was taken. There may be a token in {@code retryAfter}. */
  record Refused(Duration retryAfter) implements Grant {}

  record Unavailable(String reason) implements Grant {}
}
