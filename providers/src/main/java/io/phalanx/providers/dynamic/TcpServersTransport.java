package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How servers of TCP services are spoken to.
 *
 * @param dialKeepAlive how long a connection is silent before the system asks the server whether it
 *     is there; 0: 15 seconds, below 0: never
 * @param dialTimeout for the whole way to a connection; 0: no limit
 * @param terminationDelay how long the other half of a connection may be silent when one has ended;
 *     below 0: for ever
 */
public record TcpServersTransport(
    @Default("15s") Duration dialKeepAlive,
    @Default("30s") Duration dialTimeout,
    @AllowEmpty Optional<ServersTransport.ProxyProtocol> proxyProtocol,
    @Default("100ms") Duration terminationDelay,
    Optional<Tls> tls) {
  /** Without anything said. */
  public static final TcpServersTransport STANDARD =
      new TcpServersTransport(
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Optional.empty(),
          Duration.ofMillis(100),
          Optional.empty());

  public TcpServersTransport {
    if (dialTimeout.isNegative()) {
      throw new IllegalArgumentException("dialTimeout is 0 or longer");
    }
  }

  /** For servers that have {@code tls}; as in {@link ServersTransport}. */
  public record Tls(
      Optional<String> serverName,
      boolean insecureSkipVerify,
      List<String> rootCAs,
      List<ServersTransport.ClientCertificate> certificates,
      Optional<String> peerCertURI,
      List<ServersTransport.PeerCertSan> peerCertSANs,
      @AllowEmpty Optional<ServersTransport.Spiffe> spiffe) {}
}
