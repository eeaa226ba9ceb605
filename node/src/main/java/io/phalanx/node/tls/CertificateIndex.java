package io.phalanx.node.tls;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Certificates by the names they have. Of those with the same name the first counts that is valid
 * now. One that clients refuse without a staple waits for it for a while, if the last index had
 * another one for the name.
 */
final class CertificateIndex {
  static final CertificateIndex EMPTY = new CertificateIndex();

  /** A responder has some seconds, and those before it their time. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, List<Entry>> exact = new HashMap<>();
  private final Map<String, List<Entry>> wildcards = new HashMap<>();
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
        Optional<ServerCertificate> before =
            shown((isWildcard ? last.wildcards : last.exact).get(key), now)
                .filter(_ -> isHeld)
                .filter(one -> !one.isHeld(now));
        (isWildcard ? wildcards : exact)
            .computeIfAbsent(key, _ -> new ArrayList<>(1))
            .add(new Entry(certificate, before));
      }
    }
  }

  /**
   * The certificate with this very name.
   *
   * @param name a host or an address, in lower case
   */
  Optional<ServerCertificate> exact(String name) {
    return shown(exact.get(name), clock.instant());
  }

  /** The one with a wildcard for the name's first label. */
  Optional<ServerCertificate> wildcard(String name) {
    int dot = name.indexOf('.');
    return dot > 0 ? shown(wildcards.get(name.substring(dot)), clock.instant()) : Optional.empty();
  }

  private static Optional<ServerCertificate> shown(@Nullable List<Entry> entries, Instant now) {
    if (entries == null) {
      return Optional.empty();
    }
    for (Entry entry : entries) {
      ServerCertificate shown = entry.shown(now);
      if (shown.isValid(now)) {
        return Optional.of(shown);
      }
    }
    return Optional.of(entries.getFirst().shown(now));
  }
}
