package io.phalanx.node.tls;

import io.phalanx.providers.pem.Credentials;
import io.phalanx.secrets.HiddenKey;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import org.conscrypt.Conscrypt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of BoringSSL, by way of Conscrypt. Handshakes are done where the connection is read, on its
 * I/O thread: they cost a third of what the platform's do. What it does not have, or has with other
 * bounds, the platform does: keys that are neither RSA nor on P-256 or P-384, RSA keys that sign
 * for milliseconds, suites that BoringSSL dropped, and clients that show certificates.
 */
final class NativeTls implements TlsEngines {
  private static final Logger LOG = LoggerFactory.getLogger(NativeTls.class);

  /** To sign with a longer one takes so long that it is better done on another thread. */
  private static final int MOST_RSA_BITS = 3072;

  private static final Set<Integer> EC_BITS = Set.of(256, 384);

  /** What Go offers when nobody says otherwise. */
  private static final List<String> GROUPS =
      List.of(TlsNames.HYBRID_GROUP, "x25519", "secp256r1", "secp384r1", "secp521r1");

  private final TlsEngines platform;

  NativeTls(TlsEngines platform) {
    this.platform = platform;
  }

  /** Loaded when it is first asked for. */
  private static final class Library {
    static final Optional<Library> LOADED = load();

    private final Provider provider;
    private final Set<String> suites;

    private Library(Provider provider) throws GeneralSecurityException {
      this.provider = provider;
      SSLContext context = SSLContext.getInstance("TLS", provider);
      context.init(new KeyManager[0], new TrustManager[0], null);
      this.suites =
          Arrays.stream(context.getSupportedSSLParameters().getCipherSuites())
              .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<Library> load() {
      try {
        Conscrypt.checkAvailability();
        Conscrypt.Version version = Conscrypt.version();
        var library =
            new Library(Conscrypt.newProviderBuilder().provideTrustManager(false).build());
        LOG.info(
            "TLS: Conscrypt {}.{}.{} (BoringSSL)",
            version.major(),
            version.minor(),
            version.patch());
        return Optional.of(library);
      } catch (LinkageError | GeneralSecurityException | RuntimeException e) {
        LOG.warn(
            "TLS: the platform's, because Conscrypt's library does not load ({}); handshakes cost"
                + " more",
            e.getMessage());
        return Optional.empty();
      }
    }
  }

  @Override
  public void prepare() {
    var _ = Library.LOADED;
    platform.prepare();
  }

  @Override
  public boolean hasGroup(String group) {
    return platform.hasGroup(group) || (GROUPS.contains(group) && Library.LOADED.isPresent());
  }

  @Override
  public Supplier<SSLContext> context(Credentials credentials, TlsTerms terms) {
    return Library.LOADED
        .filter(library -> serves(library, terms))
        .flatMap(library -> context(library, credentials))
        .orElseGet(() -> platform.context(credentials, terms));
  }

  private static boolean serves(Library library, TlsTerms terms) {
    return terms.clients().equals(ClientCertificates.NONE)
        && library.suites.containsAll(terms.cipherSuites());
  }

  private static Optional<Supplier<SSLContext>> context(Library library, Credentials credentials) {
    if (!isTaken(credentials.key())) {
      return Optional.empty();
    }
    try {
      PrivateKey key = HiddenKey.of(credentials.key()).in(library.provider);
      var context = SSLContext.getInstance("TLS", library.provider);
      context.init(
          new KeyManager[] {new OwnKey(credentials.chain(), key)},
          ClientCertificates.NONE.trust(),
          null);
      var engines = new NativeContext(context);
      return Optional.of(() -> engines);
    } catch (GeneralSecurityException | RuntimeException e) {
      LOG.debug("the platform serves a certificate whose key Conscrypt does not take", e);
      return Optional.empty();
    }
  }

  private static boolean isTaken(PrivateKey key) {
    return switch (key) {
      case RSAKey rsa ->
          key.getAlgorithm().equals("RSA") && rsa.getModulus().bitLength() <= MOST_RSA_BITS;
      case ECKey ec -> EC_BITS.contains(ec.getParams().getCurve().getField().getFieldSize());
      default -> false;
    };
  }

  /** BoringSSL could, but Conscrypt's engine ends when its client does. */
  @Override
  public TlsEngines forTunnels() {
    return platform;
  }

  @Override
  public void apply(SSLEngine engine, TlsTerms terms) {
    if (engine instanceof NativeEngine ours) {
      ours.offer(terms.groups().isEmpty() ? GROUPS : terms.groups(), terms.resumable());
    } else {
      platform.apply(engine, terms);
    }
  }
}
