package io.phalanx.node;

import io.phalanx.node.acme.ChallengeKind;
import io.phalanx.node.acme.KeyKind;
import io.phalanx.node.acme.Resolver;
import io.phalanx.node.acme.dns.DnsOptions;
import io.phalanx.node.acme.dns.DnsProviders;
import io.phalanx.node.acme.dns.MissingVariableException;
import io.phalanx.node.acme.dns.ServerAddress;
import io.phalanx.node.acme.dns.Variables;
import io.phalanx.node.pem.Pem;
import io.phalanx.node.pem.PemException;
import io.phalanx.node.settings.ResolverSettings.Acme;
import io.phalanx.node.settings.ResolverSettings.DnsChallenge;
import io.phalanx.node.settings.ResolverSettings.DnsPropagation;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Static settings as a certificate resolver. */
final class ResolverMapping {
  private ResolverMapping() {}

  /**
   * @param environment for what providers of DNS are not told otherwise
   * @throws MissingVariableException if it lacks credentials, which another machine may have
   * @throws IllegalArgumentException if a file of authorities cannot be read, or a provider not be
   *     used as it is told
   */
  static Resolver resolver(String name, Acme acme, Map<String, String> environment) {
    var challenges = new TreeMap<ChallengeKind, Duration>();
    acme.tlsChallenge()
        .ifPresent(challenge -> challenges.put(ChallengeKind.TLS_ALPN_01, challenge.delay()));
    acme.httpChallenge()
        .ifPresent(challenge -> challenges.put(ChallengeKind.HTTP_01, challenge.delay()));
    Optional<DnsOptions> dns = acme.dnsChallenge().map(challenge -> dns(challenge, environment));
    dns.ifPresent(_ -> challenges.put(ChallengeKind.DNS_01, Duration.ZERO));
    var resolver = resolver(name, acme, challenges, dns);
    dns.ifPresent(ResolverMapping::check);
    return resolver;
  }

  private static void check(DnsOptions dns) {
    try {
      DnsProviders.check(dns);
    } catch (MissingVariableException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("dnsChallenge: " + e.getMessage(), e);
    }
  }

  private static DnsOptions dns(DnsChallenge challenge, Map<String, String> environment) {
    boolean isChecked = !challenge.isUnchecked();
    Optional<DnsPropagation> propagation = challenge.propagation();
    return new DnsOptions(
        challenge.provider(),
        new Variables(challenge.variables(), environment),
        addresses("resolvers", challenge.resolvers()),
        addresses(
            "propagation.nameServers",
            propagation.map(DnsPropagation::nameServers).orElse(List.of())),
        new DnsOptions.Checks(
            isChecked && propagation.filter(DnsPropagation::disableANSChecks).isEmpty(),
            isChecked && propagation.filter(DnsPropagation::requireAllRNS).isPresent()),
        challenge.delay());
  }

  private static List<ServerAddress> addresses(String option, List<String> servers) {
    try {
      return servers.stream().map(ServerAddress::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("dnsChallenge." + option + ": " + e.getMessage(), e);
    }
  }

  private static Resolver resolver(
      String name,
      Acme acme,
      SortedMap<ChallengeKind, Duration> challenges,
      Optional<DnsOptions> dns) {
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
        dns,
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
