package io.phalanx.node.acme;

import io.phalanx.node.acme.dns.DnsOptions;
import io.phalanx.providers.tree.Secret;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A certificate resolver: an authority, and what is wanted of it.
 *
 * @param server its directory
 * @param binding of the account to one that the authority knows already
 * @param request what certificates are to be like
 * @param challenges that may be used, with what is waited before the authority is told to look
 * @param dns how challenges by DNS are answered, if they may be used
 * @param trust authorities of the server's own certificate; empty for the platform's
 * @param trustsPlatform whether the platform's are trusted beside them
 */
public record Resolver(
    String name,
    URI server,
    Optional<String> email,
    Optional<Binding> binding,
    Request request,
    SortedMap<ChallengeKind, Duration> challenges,
    Optional<DnsOptions> dns,
    Limits limits,
    List<X509Certificate> trust,
    boolean trustsPlatform) {
  public Resolver {
    challenges = Collections.unmodifiableSortedMap(new TreeMap<>(challenges));
    trust = List.copyOf(trust);
    if (challenges.isEmpty()) {
      throw new IllegalArgumentException("a certificate resolver needs a challenge");
    }
    if (challenges.containsKey(ChallengeKind.DNS_01) != dns.isPresent()) {
      throw new IllegalArgumentException("challenges by DNS are answered as options say");
    }
  }

  /** External account binding (RFC 8555, section 7.3.4): the key is in base64url. */
  public record Binding(String keyId, Secret key) {}

  /**
   * @param emailAddresses to be in the certificate
   * @param commonName whether the first name is the subject's
   * @param profile as the authority calls it
   * @param preferredChain common name of the issuer at the end of the chain
   */
  public record Request(
      KeyKind keyKind,
      List<String> emailAddresses,
      boolean commonName,
      Optional<String> profile,
      Optional<String> preferredChain) {
    public Request {
      emailAddresses = List.copyOf(emailAddresses);
    }
  }

  /**
   * @param validation for all challenges of one certificate
   * @param answer for one answer of the authority
   * @param issuance for the certificate once it is ordered
   */
  public record Limits(Duration validation, Duration answer, Duration issuance) {}

  /** The kinds that may be used, the preferred one first. */
  List<ChallengeKind> kinds() {
    return List.copyOf(challenges.keySet());
  }

  /** What is waited before the authority is told to look for these. */
  Duration delay(List<ChallengeAnswer> answers) {
    return answers.stream()
        .map(answer -> Optional.ofNullable(challenges.get(answer.kind())).orElse(Duration.ZERO))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }
}
