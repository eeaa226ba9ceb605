package io.phalanx.node.middleware;

import io.phalanx.providers.dynamic.AccessOptions;
import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.tree.Secret;
import java.util.List;
import java.util.Optional;

/** How an auth server is reached: like any other server, with TLS of its own. */
final class AuthTransport {
  private static final int IDLE_CONNECTIONS = 100;

  private AuthTransport() {}

  /**
   * @throws IllegalArgumentException if certificate and key are not given together
   */
  static ServersTransport options(Optional<AccessOptions.ClientTls> tls) {
    List<ServersTransport.ClientCertificate> keys = List.of();
    Optional<String> certificate =
        tls.flatMap(AccessOptions.ClientTls::cert).filter(AuthTransport::isGiven);
    Optional<Secret> key =
        tls.flatMap(AccessOptions.ClientTls::key).filter(secret -> !secret.value().isEmpty());
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("tls.cert and tls.key are given together or not at all");
    }
    if (certificate.isPresent()) {
      keys = List.of(new ServersTransport.ClientCertificate(certificate.get(), key.orElseThrow()));
    }
    return new ServersTransport(
        Optional.empty(),
        tls.map(AccessOptions.ClientTls::insecureSkipVerify).orElse(false),
        tls.flatMap(AccessOptions.ClientTls::ca)
            .filter(AuthTransport::isGiven)
            .map(List::of)
            .orElse(List.of()),
        keys,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        IDLE_CONNECTIONS,
        Optional.empty(),
        false,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private static boolean isGiven(String text) {
    return !text.isEmpty();
  }
}
