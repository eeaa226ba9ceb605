package io.phalanx.node.settings;

import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.NotServed;
import io.phalanx.providers.tree.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where certificates come from, as Traefik has it.
 *
 * @param acme an authority that speaks ACME (RFC 8555); nothing else is served
 */
@NotServed("tailscale")
public record ResolverSettings(Acme acme) {
  /**
   * An authority and how it is asked.
   *
   * @param email of the account; the authority may write there
   * @param caServer its directory
   * @param preferredChain common name of the issuer at the end of the chain, where the authority
   *     offers several
   * @param profile of the certificate, as the authority calls it
   * @param emailAddresses to be in the certificate
   * @param disableCommonName whether the certificate's subject is empty
   * @param storage accepted for files that have it: certificates are in the data directory
   * @param certificatesDuration hours that certificates are valid for, which says when one is
   *     renewed that the authority has no hint for
   * @param clientTimeout for a whole conversation with the authority about one certificate's
   *     challenges
   * @param clientResponseHeaderTimeout for one answer of the authority
   * @param certificateTimeout for the certificate once it is ordered
   * @param caCertificates authorities of the server's own certificate: files, or PEM texts
   * @param caSystemCertPool whether the platform's are trusted beside them
   * @param onDemand ours: certificates for names that no router has, when clients ask for them
   */
  @NotServed("caServerName")
  public record Acme(
      Optional<String> email,
      @Default("https://acme-v02.api.letsencrypt.org/directory") String caServer,
      Optional<String> preferredChain,
      Optional<String> profile,
      List<String> emailAddresses,
      boolean disableCommonName,
      @Default("acme.json") String storage,
      @Default("RSA4096") KeyType keyType,
      Optional<Eab> eab,
      @Default("2160") int certificatesDuration,
      @Default("2m") Duration clientTimeout,
      @Default("30s") Duration clientResponseHeaderTimeout,
      @Default("30s") Duration certificateTimeout,
      List<String> caCertificates,
      boolean caSystemCertPool,
      Optional<HttpChallenge> httpChallenge,
      @AllowEmpty Optional<TlsChallenge> tlsChallenge,
      Optional<DnsChallenge> dnsChallenge,
      Optional<OnDemand> onDemand) {
    public Acme {
      emailAddresses = List.copyOf(emailAddresses);
      caCertificates = List.copyOf(caCertificates);
      requireHttps(caServer);
      if (httpChallenge.isEmpty() && tlsChallenge.isEmpty() && dnsChallenge.isEmpty()) {
        throw new IllegalArgumentException(
            "needs a challenge: httpChallenge, tlsChallenge or dnsChallenge");
      }
      if (certificatesDuration < 1) {
        throw new IllegalArgumentException(
            "certificatesDuration is at least 1 hour, not " + certificatesDuration);
      }
      new Each()
          .of("email", email.stream().toList(), Acme::requireEmail)
          .of("emailAddresses", emailAddresses, Acme::requireEmail)
          .require();
      requirePositive("clientTimeout", clientTimeout);
      requirePositive("clientResponseHeaderTimeout", clientResponseHeaderTimeout);
      requirePositive("certificateTimeout", certificateTimeout);
    }

    private static void requireHttps(String server) {
      try {
        URI uri = URI.create(server);
        if ("https".equals(uri.getScheme()) && uri.getHost() != null) {
          return;
        }
      } catch (IllegalArgumentException _) {
        // Told below.
      }
      throw new IllegalArgumentException(
          "caServer is the https URL of a directory, not \"" + server + '"');
    }

    private static void requireEmail(String address) {
      int at = address.indexOf('@');
      if (at < 1
          || at != address.lastIndexOf('@')
          || at == address.length() - 1
          || address.chars().anyMatch(c -> c <= ' ' || c == '?' || c == ',' || c > '~')) {
        throw new IllegalArgumentException("\"" + address + "\" is no address of e-mail");
      }
    }

    private static void requirePositive(String option, Duration given) {
      if (given.isNegative() || given.isZero()) {
        throw new IllegalArgumentException(option + " must be above 0");
      }
    }
  }

  /**
   * Certificates that are ordered when a client asks for their name. Traefik has none.
   *
   * @param ask URL that is asked before, with the name as its parameter {@code domain}: 2xx allows
   * @param timeout of one question
   * @param perHour how many names the fleet takes in within an hour
   * @param limit how many it has at all
   */
  public record OnDemand(
      String ask,
      @Default("2s") Duration timeout,
      @Default("20") int perHour,
      @Default("500") int limit) {
    /** Each takes two documents of 2,000. */
    private static final int MOST = 900;

    private static final Duration LONGEST = Duration.ofMinutes(1);

    public OnDemand {
      requireHttp(ask);
      if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("timeout is above 0 and at most 1m");
      }
      requireCount("perHour", perHour);
      requireCount("limit", limit);
    }

    private static void requireCount(String option, int given) {
      if (given < 1 || given > MOST) {
        throw new IllegalArgumentException(option + " is 1 to " + MOST + ", not " + given);
      }
    }

    private static void requireHttp(String ask) {
      try {
        URI uri = URI.create(ask);
        boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (isHttp && uri.getHost() != null && uri.getFragment() == null) {
          return;
        }
      } catch (IllegalArgumentException _) {
        // Told below.
      }
      throw new IllegalArgumentException("ask is an http or https URL, not \"" + ask + '"');
    }
  }

  /** What a certificate's key is. */
  public enum KeyType {
    EC256,
    EC384,
    RSA2048,
    RSA4096,
    RSA8192
  }

  /**
   * Binding of the account to one that the authority knows already (RFC 8555, section 7.3.4).
   *
   * @param hmacEncoded the key, in base64url
   */
  public record Eab(String kid, Secret hmacEncoded) {
    public Eab {
      if (kid.isBlank()) {
        throw new IllegalArgumentException("kid is empty");
      }
      try {
        Base64.getUrlDecoder().decode(hmacEncoded.value());
      } catch (IllegalArgumentException _) {
        throw new IllegalArgumentException("hmacEncoded is not in base64url");
      }
    }
  }

  /**
   * HTTP-01: the authority asks for a path on port 80.
   *
   * @param entryPoint that port 80 leads to
   * @param delay before the authority is told to ask
   */
  public record HttpChallenge(String entryPoint, @Default("0s") Duration delay) {
    public HttpChallenge {
      new Each().notNegative("delay", delay).require();
    }
  }

  /**
   * TLS-ALPN-01: the authority makes a handshake on port 443, which any entry point answers.
   *
   * @param delay before the authority is told to
   */
  public record TlsChallenge(@Default("0s") Duration delay) {
    public TlsChallenge {
      new Each().notNegative("delay", delay).require();
    }
  }

  /**
   * DNS-01: the authority asks for a TXT record, which a provider is told to have.
   *
   * @param provider as Traefik calls it
   * @param resolvers name servers that are asked for zones; none for the machine's own
   * @param disablePropagationCheck deprecated, as {@code propagation.disableChecks}
   * @param delayBeforeCheck deprecated, as {@code propagation.delayBeforeChecks}
   * @param variables what the provider is told, by the names of the environment's variables, and
   *     before those; Phalanx's own
   */
  public record DnsChallenge(
      String provider,
      List<String> resolvers,
      boolean disablePropagationCheck,
      @Default("0s") Duration delayBeforeCheck,
      @AllowEmpty Optional<DnsPropagation> propagation,
      Map<String, Secret> variables) {
    public DnsChallenge {
      resolvers = List.copyOf(resolvers);
      variables = Map.copyOf(variables);
      var names = new HashSet<String>();
      new Each()
          .notNegative("delayBeforeCheck", delayBeforeCheck)
          .of("variables", List.copyOf(variables.keySet()), name -> requireOnce(name, names))
          .require();
    }

    private static void requireOnce(String name, Set<String> names) {
      if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        throw new IllegalArgumentException("\"" + name + "\" is no name of a variable");
      }
      if (!names.add(name.toUpperCase(Locale.ROOT))) {
        throw new IllegalArgumentException(name + " is given twice");
      }
    }

    /** Before name servers are asked whether they show a record. */
    public Duration delay() {
      Duration wanted = propagation.map(DnsPropagation::delayBeforeChecks).orElse(Duration.ZERO);
      return wanted.isZero() ? delayBeforeCheck : wanted;
    }

    /** Whether no name server is asked. */
    public boolean isUnchecked() {
      return disablePropagationCheck
          || propagation.filter(DnsPropagation::disableChecks).isPresent();
    }
  }

  /**
   * When the authority is told to look.
   *
   * @param disableChecks whether that is at once, or after the delay
   * @param disableANSChecks whether the servers of the zone are not asked before
   * @param requireAllRNS whether all of {@code resolvers} have to show the record
   * @param nameServers asked in the place of the servers that the zone names; Phalanx's own
   */
  public record DnsPropagation(
      boolean disableChecks,
      boolean disableANSChecks,
      boolean requireAllRNS,
      @Default("0s") Duration delayBeforeChecks,
      List<String> nameServers) {
    public DnsPropagation {
      nameServers = List.copyOf(nameServers);
      new Each().notNegative("delayBeforeChecks", delayBeforeChecks).require();
    }
  }
}
