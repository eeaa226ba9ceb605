package io.phalanx.providers.dynamic;

import io.phalanx.providers.pem.PemText;
import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How servers are spoken to. */
public record ServersTransport(
    Optional<String> serverName,
    boolean insecureSkipVerify,
    List<String> rootCAs,
    List<ClientCertificate> certificates,
    List<String> cipherSuites,
    Optional<String> minVersion,
    Optional<String> maxVersion,
    int maxIdleConnsPerHost,
    Optional<ForwardingTimeouts> forwardingTimeouts,
    boolean disableHTTP2,
    Optional<String> peerCertURI,
    List<PeerCertSan> peerCertSANs,
    @AllowEmpty Optional<Spiffe> spiffe,
    @AllowEmpty Optional<ProxyProtocol> proxyProtocol) {
  /** Certificate and key: each a file, or the PEM text itself. */
  public record ClientCertificate(String certFile, Secret keyFile) {
    public ClientCertificate {
      certFile = PemText.withoutKeys(certFile);
    }
  }

  /**
   * Times; zero means no limit.
   *
   * @param maxConnAge how old a connection may be to get another request; not among Traefik's
   */
  public record ForwardingTimeouts(
      @Default("30s") Duration dialTimeout,
      @Default("0s") Duration responseHeaderTimeout,
      @Default("90s") Duration idleConnTimeout,
      @Default("0s") Duration readIdleTimeout,
      @Default("15s") Duration pingTimeout,
      @Default("1h") Duration maxConnAge) {}

  public record PeerCertSan(Type type, String value) {
    public enum Type {
      URI,
      DNSNAME
    }
  }

  public record Spiffe(List<String> ids, Optional<String> trustDomain) {}

  /**
   * Has servers told who the client is. Traefik has it for TCP only, with the same words.
   *
   * @param version 1 or 2
   */
  public record ProxyProtocol(@Default("2") int version) {
    public ProxyProtocol {
      if (version != 1 && version != 2) {
        throw new IllegalArgumentException("version must be 1 or 2, but is " + version);
      }
    }
  }
}
