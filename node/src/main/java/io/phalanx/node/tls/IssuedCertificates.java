package io.phalanx.node.tls;

import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Certificates that authorities issued, and those that answer their challenges. They come and go
 * without a new configuration: every handshake looks here. Thread-safe.
 */
public final class IssuedCertificates {
  private final InstantSource clock;
  private volatile CertificateIndex index = CertificateIndex.EMPTY;
  private volatile List<ServerCertificate> all = List.of();
  private volatile Map<String, ServerCertificate> validations = Map.of();

  public IssuedCertificates() {
    this(InstantSource.system());
  }

  IssuedCertificates(InstantSource clock) {
    this.clock = clock;
  }

  /** From now on these are served, and no others; of two with one name that which lasts longer. */
  public void serve(Collection<ServerCertificate> certificates) {
    List<ServerCertificate> now =
        certificates.stream()
            .sorted(
                Comparator.comparing((ServerCertificate each) -> each.certificate().getNotAfter())
                    .reversed())
            .toList();
    index = new CertificateIndex(now, index, clock);
    all = now;
  }

  /**
   * From now on these answer challenges in handshakes (TLS-ALPN-01, RFC 8737), and no others.
   *
   * @param byServerName in lower case, as an authority names it in its handshake
   */
  public void validate(Map<String, ServerCertificate> byServerName) {
    validations = Map.copyOf(byServerName);
  }

  /** Those that are served. */
  public List<ServerCertificate> all() {
    return all;
  }

  Optional<ServerCertificate> exact(String name) {
    return index.exact(name);
  }

  Optional<ServerCertificate> wildcard(String name) {
    return index.wildcard(name);
  }

  /** What an authority is shown that looks for its challenge; empty if there is none. */
  public Optional<ServerCertificate> validation(String serverName) {
    return Optional.ofNullable(validations.get(serverName));
  }
}
