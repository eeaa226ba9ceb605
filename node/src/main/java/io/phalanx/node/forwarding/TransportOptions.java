package io.phalanx.node.forwarding;

import io.phalanx.node.proxyprotocol.ProxyVersion;
import java.time.Duration;
import java.util.Optional;

/**
 * How servers are reached (Traefik's {@code serversTransport}).
 *
 * @param maxIdlePerServer connections kept without a request, over all I/O threads
 * @param http2 whether HTTP/2 is offered to servers with TLS
 * @param proxyProtocol how servers are told who the client is, if they are; each client has
 *     connections of its own then, and {@code maxIdlePerServer} holds for one client
 */
public record TransportOptions(
    Timeouts timeouts,
    int maxIdlePerServer,
    boolean http2,
    TlsOptions tls,
    Optional<ProxyVersion> proxyProtocol) {

  /**
   * Times; zero means no limit.
   *
   * @param connect from the first look-up of the name to the open connection, TLS included
   * @param responseHeader from the last byte of the request to the whole head of the answer
   * @param idle how long a connection is kept without a request
   * @param readIdle how long an HTTP/2 connection may say nothing before it is asked by a PING
   * @param ping how long the answer to that may take; it always has a limit
   * @param maxAge how old a connection may be to get another request
   */
  public record Timeouts(
      Duration connect,
      Duration responseHeader,
      Duration idle,
      Duration readIdle,
      Duration ping,
      Duration maxAge) {
    /** What Traefik has when nothing is configured, and an age of an hour. */
    public static final Timeouts STANDARD =
        new Timeouts(
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofSeconds(90),
            Duration.ZERO,
            Duration.ofSeconds(15),
            Duration.ofHours(1));

    public Timeouts {
      if (connect.isNegative()
          || responseHeader.isNegative()
          || idle.isNegative()
          || readIdle.isNegative()
          || ping.isNegative()
          || maxAge.isNegative()) {
        throw new IllegalArgumentException("a time-out is negative");
      }
    }
  }

  public TransportOptions {
    if (maxIdlePerServer < 0) {
      throw new IllegalArgumentException("maxIdlePerServer is negative: " + maxIdlePerServer);
    }
  }

  /** What Traefik has when nothing is configured. */
  public static TransportOptions standard() {
    return new TransportOptions(
        Timeouts.STANDARD, 200, true, TlsOptions.STANDARD, Optional.empty());
  }
}
