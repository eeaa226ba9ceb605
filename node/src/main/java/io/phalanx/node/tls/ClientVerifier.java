package io.phalanx.node.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Decides whether the certificate of a client is taken. The platform bounds what comes here: 8
 * certificates and 32 KiB.
 */
final class ClientVerifier extends X509ExtendedTrustManager {
  /** To verify a longer signature takes longer than a client should cost; Go has the same bound. */
  private static final int MOST_RSA_BITS = 8192;

  /** The names of all authorities go out with each handshake, which has no place for more. */
  private static final int MOST_OF_NAMES = 16 << 10;

  private static final X509Certificate[] UNTOLD = {};

  private final Optional<X509ExtendedTrustManager> chains;
  private final X509Certificate[] told;

  /**
   * @param chains the platform's rules; empty if every certificate is taken
   * @param authorities which clients are told of, if that is not too much
   */
  ClientVerifier(Optional<X509ExtendedTrustManager> chains, List<X509Certificate> authorities) {
    this.chains = chains;
    int length =
        authorities.stream()
            .mapToInt(each -> each.getSubjectX500Principal().getEncoded().length + 2)
            .sum();
    this.told = length > MOST_OF_NAMES ? UNTOLD : authorities.toArray(X509Certificate[]::new);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    for (X509Certificate certificate : chain) {
      if (certificate.getPublicKey() instanceof RSAPublicKey key
          && key.getModulus().bitLength() > MOST_RSA_BITS) {
        throw new CertificateException("an RSA key of more than " + MOST_RSA_BITS + " bits");
      }
    }
    if (chains.isPresent()) {
      // The platform takes one that is itself among the authorities without a look at its dates.
      chain[0].checkValidity();
      chains.get().checkClientTrusted(chain, authType, engine);
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return told.clone();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("clients are spoken to through engines");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("there are no servers here");
  }
}
