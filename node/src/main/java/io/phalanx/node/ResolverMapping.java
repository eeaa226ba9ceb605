package io.phalanx.node;

import io.phalanx.node.acme.ChallengeKind;
import io.phalanx.node.acme.KeyKind;
import io.phalanx.node.acme.Resolver;
import io.phalanx.node.pem.Pem;
import io.phalanx.node.pem.PemException;
import io.phalanx.node.settings.ResolverSettings.Acme;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Static settings as a certificate resolver. */
final class ResolverMapping {
  private ResolverMapping() {}

  /**
   * @throws IllegalArgumentException if a file of authorities cannot be read
   */
  static Resolver resolver(String name, Acme acme) {
    var challenges = new TreeMap<ChallengeKind, Duration>();
    acme.tlsChallenge()
        .ifPresent(challenge -> challenges.put(ChallengeKind.TLS_ALPN_01, challenge.delay()));
    acme.httpChallenge()
        .ifPresent(challenge -> challenges.put(ChallengeKind.HTTP_01, challenge.delay()));
    return new Resolver(
        name,
        URI.create(acme.caServer()),
        acme.email(),
        acme.eab().map(eab -> new Resolver.Binding(eab.kid(), eab.hmacEncoded())),
        new Resolver.Request(
            switch (acme.keyType()) {
              case EC256 -> KeyKind.EC256;
              case EC384 -> KeyKind.EC384;
              case RSA2048 -> KeyKind.RSA2048;
              case RSA4096 -> KeyKind.RSA4096;
              case RSA8192 -> KeyKind.RSA8192;
            },
            acme.emailAddresses(),
            !acme.disableCommonName(),
            acme.profile(),
            acme.preferredChain()),
        challenges,
        new Resolver.Limits(
            acme.clientTimeout(), acme.clientResponseHeaderTimeout(), acme.certificateTimeout()),
        authorities(acme.caCertificates()),
        acme.caSystemCertPool());
  }

  private static List<X509Certificate> authorities(List<String> files) {
    var certificates = new ArrayList<X509Certificate>();
    for (String file : files) {
      try {
        certificates.addAll(Pem.certificates(file));
      } catch (PemException e) {
        throw new IllegalArgumentException("caCertificates: " + e.getMessage(), e);
      }
    }
    return certificates;
  }
}
