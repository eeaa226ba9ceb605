package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.forwarding.TransportOptions.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.nio.KeepAlive;

/** One way to reach servers. There is one for the same options, so that it can be compared. */
final class ServerTransport implements Forwarder.Transport {
  /** Traefik's, besides the time for the whole way to a connection. */
  private static final long HANDSHAKE_NANOS = Duration.ofSeconds(10).toNanos();

  private static final long STANDARD_PING_NANOS = Timeouts.STANDARD.ping().toNanos();

  private final TransportOptions options;
  private final long connectTimeout;
  private final long responseHeaderTimeout;
  private final long idleTimeout;
  private final long readIdleTimeout;
  private final long pingTimeout;
  private final long maxAge;
  private final KeepAlive keepAlive;
  private volatile @Nullable ServerTls tls;

  ServerTransport(TransportOptions options) {
    this(options, KeepAlive.SERVER);
  }

  /**
   * @param keepAlive how the system finds out that a server has vanished
   */
  ServerTransport(TransportOptions options, KeepAlive keepAlive) {
    this.options = options;
    this.keepAlive = keepAlive;
    Timeouts timeouts = options.timeouts();
    connectTimeout = timeouts.connect().toNanos();
    responseHeaderTimeout = timeouts.responseHeader().toNanos();
    idleTimeout = timeouts.idle().toNanos();
    readIdleTimeout = timeouts.readIdle().toNanos();
    pingTimeout = timeouts.ping().isZero() ? STANDARD_PING_NANOS : timeouts.ping().toNanos();
    maxAge = timeouts.maxAge().toNanos();
  }

  /** TLS if it is set up already; it is not before the first server with TLS. */
  @Nullable ServerTls tlsAtHand() {
    return tls;
  }

  /** Sets TLS up if it is not. May wait for the disk. */
  synchronized ServerTls tls() {
    ServerTls made = tls;
    if (made == null) {
      made = ServerTls.of(options.tls());
      tls = made;
    }
    return made;
  }

  TransportOptions options() {
    return options;
  }

  KeepAlive keepAlive() {
    return keepAlive;
  }

  int maxIdlePerThread(int threads) {
    return Math.ceilDiv(options.maxIdlePerServer(), Math.max(1, threads));
  }

  /** Nanoseconds, 0 for no limit, as those behind it. */
  long connectTimeout() {
    return connectTimeout;
  }

  long handshakeTimeout() {
    return HANDSHAKE_NANOS;
  }

  long responseHeaderTimeout() {
    return responseHeaderTimeout;
  }

  long idleTimeout() {
    return idleTimeout;
  }

  long readIdleTimeout() {
    return readIdleTimeout;
  }

  /** Never 0. */
  long pingTimeout() {
    return pingTimeout;
  }

  long maxAge() {
    return maxAge;
  }
}
