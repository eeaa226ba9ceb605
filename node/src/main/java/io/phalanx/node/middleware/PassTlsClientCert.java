package io.phalanx.node.middleware;

import io.phalanx.node.exchange.ClientTls;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.AccessOptions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * {@code passTLSClientCert}: tells the server the certificates that the client showed, or some of
 * what stands in them. What a client claims of itself in these headers does not come through the
 * entry point, unless that trusts it.
 */
public final class PassTlsClientCert implements Middleware {
  public static final MiddlewareType<AccessOptions.PassTlsClientCert> TYPE =
      new MiddlewareType<>(
          "passTLSClientCert",
          AccessOptions.PassTlsClientCert.class,
          (options, _) -> new PassTlsClientCert(options));

  private static final HeaderName CERTIFICATE = HeaderName.of("X-Forwarded-Tls-Client-Cert");
  private static final HeaderName INFO = HeaderName.of("X-Forwarded-Tls-Client-Cert-Info");

  private final boolean pem;
  private final Optional<CertificateText> info;

  PassTlsClientCert(AccessOptions.PassTlsClientCert options) {
    this.pem = options.pem();
    this.info = options.info().map(CertificateText::new);
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    List<X509Certificate> shown = request.tls().map(ClientTls::certificates).orElse(List.of());
    if (!shown.isEmpty()) {
      Headers headers = request.headers();
      if (pem) {
        headers.set(CERTIFICATE, encoded(shown));
      }
      info.ifPresent(text -> headers.set(INFO, text.of(shown)));
    }
    return Verdict.PROCEED;
  }

  /** What stands between the lines of PEM, without line breaks. */
  private static String encoded(List<X509Certificate> certificates) {
    var texts = new StringJoiner(",");
    for (X509Certificate certificate : certificates) {
      try {
        texts.add(Base64.getEncoder().encodeToString(certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that was read cannot be written", e);
      }
    }
    return texts.toString();
  }
}
