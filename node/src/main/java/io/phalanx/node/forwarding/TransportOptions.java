package io.phalanx.node.forwarding;

import java.time.Duration;

/**
 * How servers are reached (Traefik's {@code serversTransport}). A time of zero means no limit.
 *
 * @param connectTimeout from the first look-up of the name to the open connection
 * @param responseHeaderTimeout from the last byte of the request to the whole head of the answer
 * @param idleTimeout how long a connection is kept without a request
 * @param maxIdlePerServer connections kept without a request, over all I/O threads
 */
public record TransportOptions(
    Duration connectTimeout,
    Duration responseHeaderTimeout,
    Duration idleTimeout,
    int maxIdlePerServer) {

  public TransportOptions {
    if (connectTimeout.isNegative()
        || responseHeaderTimeout.isNegative()
        || idleTimeout.isNegative()) {
      throw new IllegalArgumentException("a time-out is negative");
    }
    if (maxIdlePerServer < 0) {
      throw new IllegalArgumentException("maxIdlePerServer is negative: " + maxIdlePerServer);
    }
  }

  /** What Traefik has when nothing is configured. */
  public static TransportOptions standard() {
    return new TransportOptions(Duration.ofSeconds(30), Duration.ZERO, Duration.ofSeconds(90), 200);
  }
}
