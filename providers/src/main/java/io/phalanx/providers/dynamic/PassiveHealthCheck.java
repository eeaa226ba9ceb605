package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.Default;
import java.time.Duration;

/**
 * When servers are found to be ill by what becomes of requests (Traefik's {@code
 * passiveHealthCheck}).
 *
 * @param failureWindow how long failures count, and how long a server gets no requests then
 * @param maxFailedAttempts failures within that time, without an answer between them, that are one
 *     too many
 */
public record PassiveHealthCheck(
    @Default("10s") Duration failureWindow, @Default("1") int maxFailedAttempts) {
  private static final int MOST_ATTEMPTS = 1000;

  public PassiveHealthCheck {
    if (!failureWindow.isPositive()) {
      throw new IllegalArgumentException("failureWindow is longer than 0");
    }
    if (maxFailedAttempts < 1 || maxFailedAttempts > MOST_ATTEMPTS) {
      throw new IllegalArgumentException(
          "maxFailedAttempts is from 1 to " + MOST_ATTEMPTS + ", not " + maxFailedAttempts);
    }
  }
}
