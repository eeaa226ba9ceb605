package io.phalanx.node.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which certificates clients have to show. Two with the same words and authorities are equal. */
public final class ClientCertificates {
  /** Nobody is asked for one. */
  public static final ClientCertificates NONE = new ClientCertificates(Mode.NONE, List.of());

  private static final char[] NO_PASSWORD = {};

  private final Mode mode;
  private final List<X509Certificate> authorities;
  private final Optional<ClientVerifier> verifier;

  /** What is asked of clients, with Go's names for it, which are Traefik's. */
  public enum Mode {
    NONE("NoClientCert", false, false, false),
    REQUESTED("RequestClientCert", true, false, false),
    ANY("RequireAnyClientCert", true, true, false),
    VERIFIED_IF_GIVEN("VerifyClientCertIfGiven", true, false, true),
    VERIFIED("RequireAndVerifyClientCert", true, true, true);

    private final String text;
    private final boolean asked;
    private final boolean required;
    private final boolean verified;

    Mode(String text, boolean asked, boolean required, boolean verified) {
      this.text = text;
      this.asked = asked;
      this.required = required;
      this.verified = verified;
    }

    String text() {
      return text;
    }

    /** Whether only certificates of known authorities are taken. */
    boolean isVerified() {
      return verified;
    }
  }

  /**
   * @param authorities that vouch for clients; where nothing is verified they are only told to
   *     clients, so that those can choose
   * @throws IllegalArgumentException if certificates are to be verified, and there are none
   */
  ClientCertificates(Mode mode, List<X509Certificate> authorities) {
    if (mode.verified && authorities.isEmpty()) {
      throw new IllegalArgumentException(mode.text + " needs authorities");
    }
    this.mode = mode;
    this.authorities = List.copyOf(authorities);
    this.verifier = mode.asked ? Optional.of(verifier()) : Optional.empty();
  }

  private ClientVerifier verifier() {
    try {
      return new ClientVerifier(
          mode.verified ? Optional.of(chains()) : Optional.empty(), authorities);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("this Java takes no authorities: " + e.getMessage(), e);
    }
  }

  /** Asks for them in a handshake. */
  void apply(SSLParameters parameters) {
    if (mode.required) {
      parameters.setNeedClientAuth(true);
    } else if (mode.asked) {
      parameters.setWantClientAuth(true);
    }
  }

  List<X509Certificate> authorities() {
    return authorities;
  }

  /** Who decides in a handshake. */
  TrustManager[] trust() {
    return verifier.stream().toArray(TrustManager[]::new);
  }

  /** The platform's rules for chains. */
  private X509ExtendedTrustManager chains() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    for (int i = 0; i < authorities.size(); i++) {
      store.setCertificateEntry("authority" + i, authorities.get(i));
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager chains) {
        return chains;
      }
    }
    throw new GeneralSecurityException("the platform checks no chains");
  }

  /**
   * What the client of a handshake that is done has shown, its own certificate first; empty if it
   * showed none. What was verified when its session was made may be long ago.
   *
   * @throws CertificateException if that does not count any more
   */
  public List<X509Certificate> shown(SSLSession session) throws CertificateException {
    if (!mode.asked) {
      return List.of();
    }
    var chain = new ArrayList<X509Certificate>();
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        chain.add((X509Certificate) certificate);
      }
    } catch (SSLPeerUnverifiedException _) {
      if (mode.required) {
        throw new CertificateException("the client showed no certificate");
      }
    }
    if (mode.verified && !chain.isEmpty()) {
      chain.getFirst().checkValidity();
    }
    return List.copyOf(chain);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof ClientCertificates that
            && mode == that.mode
            && authorities.equals(that.authorities));
  }

  @Override
  public int hashCode() {
    return 31 * mode.hashCode() + authorities.hashCode();
  }

  @Override
  public String toString() {
    return mode.text;
  }
}
