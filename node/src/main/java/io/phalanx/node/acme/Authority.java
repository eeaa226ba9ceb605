package io.phalanx.node.acme;

import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.RenewalInfo;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;
import org.shredzone.acme4j.challenge.TokenChallenge;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One authority, as one account sees it. Each call is one question, or a few, and waits for the
 * answer. Thread-safe.
 */
final class Authority {
  private static final Logger LOG = LoggerFactory.getLogger(Authority.class);
  private static final int MAX_CHAINS = 10;

  /** RFC 8555, section 7.6. */
  private static final String ALREADY_REVOKED = ":alreadyRevoked";

  private final Resolver resolver;
  private final Session session;
  private volatile Optional<Login> login = Optional.empty();

  Authority(Resolver resolver) {
    this.resolver = resolver;
    this.session = new Session(resolver.server(), new TrustingProvider(resolver));
    session.setLocale(Locale.ENGLISH);
    session.networkSettings().setTimeout(resolver.limits().answer());
    // What is short on the way may be long here.
    session.networkSettings().setCompressionEnabled(false);
  }

  /** How an order stands. */
  enum Standing {
    /** Challenges are to be answered. */
    PENDING,
    /** It may be finalized. */
    READY,
    /** The authority is at it. */
    PROCESSING,
    ISSUED,
    OVER
  }

  /**
   * @param next when it is worth asking again, if the authority said so
   */
  record Look(Standing standing, Optional<Instant> next) {}

  /** When a certificate is to be renewed, by the authority's own hint (RFC 9773). */
  record Window(Instant start, Instant end, Optional<Instant> lookAgain) {}

  private static URL url(String location) {
    try {
      return URI.create(location).toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("not a URL that is kept: " + location, e);
    }
  }

  private Login login() {
    return login.orElseThrow(() -> new IllegalStateException("without an account"));
  }

  /**
   * Has the account be known to the authority: the same key has the same account, however often.
   *
   * @return the account's URL
   */
  String register(KeptKey key) throws AuthorityException, InterruptedException {
    return Questions.ask(
        () -> {
          var builder = new AccountBuilder().agreeToTermsOfService().useKeyPair(key.pair());
          resolver.email().ifPresent(builder::addEmail);
          resolver
              .binding()
              .ifPresent(
                  binding -> builder.withKeyIdentifier(binding.keyId(), binding.key().value()));
          Login known = builder.createLogin(session);
          login = Optional.of(known);
          return known.getAccount().getLocation().toString();
        });
  }

  /** Uses an account that the authority knows. */
  void use(KeptKey key, String location) {
    login = Optional.of(session.login(url(location), key.pair()));
  }

  /**
   * Places an order. An authority may refuse to hear that it replaces a certificate, which is of
   * another account or another authority, or renewed already (RFC 9773, section 5): then it
   * replaces nothing.
   *
   * @param replaced the certificate that is renewed
   * @return its URL
   */
  String order(List<String> names, Optional<X509Certificate> replaced)
      throws AuthorityException, InterruptedException {
    return Questions.ask(
        () -> {
          OrderBuilder order = order(names);
          if (replaced.isEmpty() || !hasRenewalInfo()) {
            return order.create().getLocation().toString();
          }
          try {
            return order.replaces(replaced.get()).create().getLocation().toString();
          } catch (AcmeServerException e) {
            if (!Questions.isRefusal(e)) {
              throw e;
            }
            LOG.debug("certificate resolver {}: {}", resolver.name(), e.getMessage());
            return order(names).create().getLocation().toString();
          }
        });
  }

  private OrderBuilder order(List<String> names) throws AcmeException {
    OrderBuilder order = login().newOrder();
    names.forEach(name -> order.identifier(identifier(name)));
    if (resolver.request().profile().isPresent()) {
      requireProfile(resolver.request().profile().get());
      order.profile(resolver.request().profile().get());
    }
    return order;
  }

  private boolean hasRenewalInfo() throws AcmeException {
    return session.resourceUrlOptional(Resource.RENEWAL_INFO).isPresent();
  }

  private void requireProfile(String profile) throws AcmeException {
    if (!session.getMetadata().isProfileAllowed(profile)) {
      throw new AcmeException(
          "there is no profile \""
              + profile
              + "\", but "
              + String.join(", ", session.getMetadata().getProfiles()));
    }
  }

  private static Identifier identifier(String name) {
    return isAddress(name) ? Identifier.ip(InetAddress.ofLiteral(name)) : Identifier.dns(name);
  }

  static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }

  private Order bound(String location) {
    return login().bindOrder(url(location));
  }

  Look look(String location) throws AuthorityException, InterruptedException {
    return Questions.ask(
        () -> {
          Order order = bound(location);
          Optional<Instant> next = order.fetch();
          Standing standing =
              switch (order.getStatus()) {
                case PENDING -> Standing.PENDING;
                case READY -> Standing.READY;
                case PROCESSING -> Standing.PROCESSING;
                case VALID -> Standing.ISSUED;
                default -> Standing.OVER;
              };
          return new Look(standing, next);
        });
  }

  /** Why an order is over, in the authority's words. */
  String failure(String location) throws AuthorityException, InterruptedException {
    return Questions.ask(
        () -> {
          Order order = bound(location);
          order.fetch();
          var reasons = new ArrayList<String>();
          for (Authorization authorization : order.getAuthorizations()) {
            authorization.fetch();
            for (Challenge challenge : authorization.getChallenges()) {
              challenge
                  .getError()
                  .ifPresent(
                      problem ->
                          reasons.add(
                              name(authorization.getIdentifier())
                                  + ": "
                                  + Questions.words(problem)));
            }
          }
          if (reasons.isEmpty()) {
            order.getError().ifPresent(problem -> reasons.add(Questions.words(problem)));
          }
          return reasons.isEmpty()
              ? "the order is " + order.getStatus().name().toLowerCase(Locale.ROOT)
              : String.join("; ", reasons);
        });
  }

  private static String name(Identifier identifier) {
    return identifier.toMap().get("value") instanceof String value ? value : "?";
  }

  /** A challenge that is open, and what answers it. */
  private record Open(Challenge challenge, ChallengeAnswer answer) {}

  private List<Open> open(String location) throws AcmeException {
    Order order = bound(location);
    order.fetch();
    var open = new ArrayList<Open>();
    for (Authorization authorization : order.getAuthorizations()) {
      authorization.fetch();
      if (authorization.getStatus() == Status.PENDING) {
        open.add(open(authorization));
      }
    }
    return open;
  }

  private Open open(Authorization authorization) throws AcmeException {
    String name = name(authorization.getIdentifier());
    for (ChallengeKind kind : resolver.kinds()) {
      Optional<? extends TokenChallenge> offered =
          switch (kind) {
            case HTTP_01 -> authorization.findChallenge(Http01Challenge.class);
            case TLS_ALPN_01 -> authorization.findChallenge(TlsAlpn01Challenge.class);
            case DNS_01 -> authorization.findChallenge(Dns01Challenge.class);
          };
      if (offered.isPresent()) {
        String token = offered.get().getJSON().get("token").asString();
        return new Open(
            offered.get(),
            new ChallengeAnswer(kind, name, token, offered.get().getAuthorization()));
      }
    }
    throw new AcmeException(
        "it offers none of the challenges " + resolver.kinds() + " for " + name);
  }

  /** What the fleet has to answer for an order, in the authority's order. */
  List<ChallengeAnswer> challenges(String location)
      throws AuthorityException, InterruptedException {
    return Questions.ask(() -> open(location).stream().map(Open::answer).toList());
  }

  /** Tells the authority to look for what it has not looked for yet. */
  void trigger(String location) throws AuthorityException, InterruptedException {
    Questions.ask(
        () -> {
          for (Open open : open(location)) {
            if (open.challenge().getStatus() == Status.PENDING) {
              open.challenge().trigger();
            }
          }
          return location;
        });
  }

  /**
   * Has an order finalized.
   *
   * @param request for the certificate, in DER
   */
  void finish(String location, byte[] request) throws AuthorityException, InterruptedException {
    Questions.ask(
        () -> {
          Order order = bound(location);
          order.fetch();
          order.execute(request);
          return location;
        });
  }

  /** The certificate that was issued, with the chain that is preferred. */
  List<X509Certificate> certificate(String location)
      throws AuthorityException, InterruptedException {
    return Questions.ask(
        () -> {
          Order order = bound(location);
          order.fetch();
          Certificate certificate = order.getCertificate();
          certificate.download();
          return resolver
              .request()
              .preferredChain()
              .flatMap(issuer -> preferred(certificate, issuer))
              .orElse(certificate)
              .getCertificateChain();
        });
  }

  private Optional<Certificate> preferred(Certificate certificate, String issuer) {
    Predicate<Certificate> ends =
        one -> commonName(one.getCertificateChain().getLast()).equals(issuer);
    if (ends.test(certificate)) {
      return Optional.of(certificate);
    }
    Optional<Certificate> found =
        certificate.getAlternateCertificates().stream().limit(MAX_CHAINS).filter(ends).findFirst();
    if (found.isEmpty()) {
      LOG.warn(
          "certificate resolver {}: no chain ends at \"{}\"; the authority's first is served",
          resolver.name(),
          issuer);
    }
    return found;
  }

  private static String commonName(X509Certificate certificate) {
    try {
      for (Rdn rdn : new LdapName(certificate.getIssuerX500Principal().getName()).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          return rdn.getValue().toString();
        }
      }
    } catch (InvalidNameException _) {
      // It has no name that could be asked for.
    }
    return "";
  }

  /** Revokes a certificate; one that was revoked already is as good. */
  void revoke(X509Certificate certificate, RevocationReason reason)
      throws AuthorityException, InterruptedException {
    Questions.ask(
        () -> {
          try {
            Certificate.revoke(
                login(), certificate, org.shredzone.acme4j.RevocationReason.code(reason.code()));
          } catch (AcmeServerException e) {
            if (!e.getType().toString().endsWith(ALREADY_REVOKED)) {
              throw e;
            }
          }
          return certificate;
        });
  }

  /** Its hint for the renewal of a certificate; empty if it gives none. */
  Optional<Window> window(X509Certificate certificate)
      throws AuthorityException, InterruptedException {
    return Questions.ask(
        () -> {
          if (!hasRenewalInfo()) {
            return Optional.empty();
          }
          RenewalInfo info = login().bindRenewalInfo(certificate);
          Optional<Instant> again = info.fetch();
          Instant start = info.getSuggestedWindowStart();
          Instant end = info.getSuggestedWindowEnd();
          return start.isBefore(end)
              ? Optional.of(new Window(start, end, again))
              : Optional.<Window>empty();
        });
  }
}
