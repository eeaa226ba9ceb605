package io.phalanx.node.tls;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/** The TLS features that a certificate says its server has (RFC 7633). */
final class TlsFeatures {
  private static final ASN1ObjectIdentifier FEATURES =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24");

  private static final ASN1Integer STATUS_REQUEST = new ASN1Integer(5);

  private TlsFeatures() {}

  /** Whether clients are told to refuse it without a staple ("must staple"). */
  static boolean requireStaple(X509Certificate certificate) {
    try {
      if (certificate.getExtensionValue(FEATURES.getId()) == null) {
        return false;
      }
      var extension = new JcaX509CertificateHolder(certificate).getExtension(FEATURES);
      for (var feature : ASN1Sequence.getInstance(extension.getParsedValue())) {
        if (feature.equals(STATUS_REQUEST)) {
          return true;
        }
      }
      return false;
    } catch (CertificateEncodingException | RuntimeException _) {
      return false; // It says nothing that can be read.
    }
  }
}
