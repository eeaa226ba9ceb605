package io.phalanx.node.tls;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Certificates by the names they have. Of two with the same name the first counts. */
final class CertificateIndex {
  private final Map<String, Optional<ServerCertificate>> exact = new HashMap<>();
  private final Map<String, Optional<ServerCertificate>> wildcards = new HashMap<>();

  CertificateIndex(List<ServerCertificate> certificates) {
    for (ServerCertificate certificate : certificates) {
      for (String name : certificate.names()) {
        if (name.startsWith("*.")) {
          wildcards.putIfAbsent(name.substring(1), Optional.of(certificate));
        } else {
          exact.putIfAbsent(name, Optional.of(certificate));
        }
      }
    }
  }

  /**
   * The certificate with this very name.
   *
   * @param name a host or an address, in lower case
   */
  Optional<ServerCertificate> exact(String name) {
    return exact.getOrDefault(name, Optional.empty());
  }

  /** The one with a wildcard for the name's first label. */
  Optional<ServerCertificate> wildcard(String name) {
    int dot = name.indexOf('.');
    return dot > 0
        ? wildcards.getOrDefault(name.substring(dot), Optional.empty())
        : Optional.empty();
  }
}
