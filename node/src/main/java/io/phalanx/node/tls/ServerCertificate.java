package io.phalanx.node.tls;

import io.phalanx.providers.pem.Credentials;
import io.phalanx.providers.pem.PemException;
import io.phalanx.providers.pem.Validity;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that is ready to be shown. It has TLS contexts of its own, one for each set of
 * terms: sessions are resumed within a context, so that one that was made with another certificate
 * or under other terms never is. Thread-safe.
 */
public final class ServerCertificate {
  /** Options come and go while a certificate stays; contexts of old ones are not kept for ever. */
  private static final int MAX_CONTEXTS = 64;

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);

  private final Credentials credentials;
  private final String commonName;
  private final Set<String> alternativeNames;
  private final Map<TlsTerms, Supplier<SSLContext>> contexts = new ConcurrentHashMap<>();
  private final boolean stapleRequired;
  private volatile Optional<Staple> staple = Optional.empty();

  /** {@link Instant#MAX} until it is known. */
  private volatile Instant heldUntil;

  public ServerCertificate(Credentials credentials) {
    this.credentials = credentials;
    this.commonName = commonName(credentials.certificate());
    this.alternativeNames = alternativeNames(credentials.certificate());
    this.stapleRequired = TlsFeatures.requireStaple(credentials.certificate());
    this.heldUntil = stapleRequired ? Instant.MAX : Instant.MIN;
  }

  private static String commonName(X509Certificate certificate) {
    try {
      for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN")) {
          return rdn.getValue().toString();
        }
      }
    } catch (InvalidNameException _) {
      // Without a name that can be read it has none.
    }
    return "";
  }

  private static Set<String> alternativeNames(X509Certificate certificate) {
    var names = new LinkedHashSet<String>();
    try {
      @Nullable Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      for (List<?> name : all == null ? List.<List<?>>of() : all) {
        if (name.get(0) instanceof Integer type
            && (type == DNS_NAME || type == IP_ADDRESS)
            && name.get(1) instanceof String text) {
          names.add(text.toLowerCase(Locale.ROOT));
        }
      }
    } catch (CertificateParsingException _) {
      // It is still found by its common name.
    }
    return names;
  }

  /** As it is written in the certificate; empty if there is none. */
  public String commonName() {
    return commonName;
  }

  /** Hosts and addresses in lower case, in the certificate's order. */
  public Set<String> alternativeNames() {
    return alternativeNames;
  }

  /** All names by which it is found; the common name, too, as in Traefik. */
  Set<String> names() {
    return names(commonName, alternativeNames);
  }

  private static Set<String> names(String commonName, Set<String> alternativeNames) {
    var names = new LinkedHashSet<>(alternativeNames);
    if (!commonName.isEmpty()) {
      names.add(commonName.toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** By which one would be found that lacks its key; empty if that is none either. */
  static Set<String> names(String pem) {
    try {
      X509Certificate certificate = Credentials.certificates(pem).getFirst();
      return names(commonName(certificate), alternativeNames(certificate));
    } catch (PemException _) {
      return Set.of();
    }
  }

  public X509Certificate certificate() {
    return credentials.certificate();
  }

  /** Whether it has begun and has not expired. */
  boolean isValid(Instant now) {
    return Validity.flaw(credentials.certificate(), now).isEmpty();
  }

  /** With the authorities above it, itself first. */
  public List<X509Certificate> chain() {
    return credentials.chain();
  }

  /** Shows this beside the certificate in handshakes from now on, for as long as it holds. */
  public void staple(Optional<Staple> given) {
    staple = given;
  }

  /** What is shown beside it now. */
  public Optional<Staple> staple() {
    return staple.filter(one -> !one.isOver());
  }

  /** Whether clients are told to refuse it without a staple ("must staple"). */
  public boolean isStapleRequired() {
    return stapleRequired;
  }

  /** It will not have a staple: nothing is gained by waiting for one. */
  public void isWithoutStaple() {
    heldUntil = Instant.MIN;
    staple(Optional.empty());
  }

  /** Has another one be shown in its place, if there is one, until it has the staple it needs. */
  void hold(Instant until) {
    if (heldUntil.equals(Instant.MAX)) {
      heldUntil = until;
    }
  }

  /** Whether another one is to be shown in its place. */
  boolean isHeld(Instant now) {
    if (heldUntil.equals(Instant.MIN) || staple().isPresent()) {
      return false;
    }
    if (now.isBefore(heldUntil)) {
      return true;
    }
    heldUntil = Instant.MIN;
    LOG.warn(
        "the certificate for {} is shown without the OCSP response that clients want (must-staple):"
            + " none has come in time",
        String.join(", ", names()));
    return false;
  }

  /** The context for connections under some terms. */
  public SSLContext context(TlsTerms terms) {
    if (!terms.resumable()) {
      return newContext(terms).get();
    }
    Supplier<SSLContext> known = contexts.get(terms);
    if (known != null) {
      return known.get();
    }
    if (contexts.size() >= MAX_CONTEXTS) {
      contexts.clear();
    }
    return contexts.computeIfAbsent(terms, this::newContext).get();
  }

  private Supplier<SSLContext> newContext(TlsTerms terms) {
    return new StapledContext(terms.engines().context(credentials, terms), this::staple);
  }
}
