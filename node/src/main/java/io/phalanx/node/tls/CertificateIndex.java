package io.phalanx.node.tls;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Certificates by the names they have. Of two with the same name the first counts. One that clients
 * refuse without a staple waits for it for a while, if the last index had another one for the name.
 */
final class CertificateIndex {
  static final CertificateIndex EMPTY = new CertificateIndex();

  /** A responder has some seconds, and those before it their time. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, Entry> exact = new HashMap<>();
  private final Map<String, Entry> wildcards = new HashMap<>();
  private final InstantSource clock;

  /**
   * @param before what was shown before a certificate that waits for its staple
   */
  private record Entry(ServerCertificate certificate, Optional<ServerCertificate> before) {
    ServerCertificate shown(Instant now) {
      return before
          .filter(_ -> certificate.isHeld(now))
          .filter(one -> one.certificate().getNotAfter().toInstant().isAfter(now))
          .orElse(certificate);
    }
  }

  private CertificateIndex() {
    this.clock = InstantSource.system();
  }

  /**
   * @param last the index that was used before this one
   */
  CertificateIndex(
      List<ServerCertificate> certificates, CertificateIndex last, InstantSource clock) {
    this.clock = clock;
    Instant now = clock.instant();
    for (ServerCertificate certificate : certificates) {
      certificate.hold(now.plus(PATIENCE));
      boolean isHeld = certificate.isHeld(now);
      for (String name : certificate.names()) {
        boolean isWildcard = name.startsWith("*.");
        String key = isWildcard ? name.substring(1) : name;
        Entry former = (isWildcard ? last.wildcards : last.exact).get(key);
        Optional<ServerCertificate> before =
            Optional.ofNullable(former)
                .filter(_ -> isHeld)
                .map(one -> one.shown(now))
                .filter(one -> !one.isHeld(now));
        (isWildcard ? wildcards : exact).putIfAbsent(key, new Entry(certificate, before));
      }
    }
  }

  /**
   * The certificate with this very name.
   *
   * @param name a host or an address, in lower case
   */
  Optional<ServerCertificate> exact(String name) {
    return shown(exact.get(name));
  }

  /** The one with a wildcard for the name's first label. */
  Optional<ServerCertificate> wildcard(String name) {
    int dot = name.indexOf('.');
    return dot > 0 ? shown(wildcards.get(name.substring(dot))) : Optional.empty();
  }

  private Optional<ServerCertificate> shown(@Nullable Entry entry) {
    return Optional.ofNullable(entry)
        .map(one -> one.before().isEmpty() ? one.certificate() : one.shown(clock.instant()));
  }
}
