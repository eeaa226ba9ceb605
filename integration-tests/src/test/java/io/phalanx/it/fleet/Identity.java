package io.phalanx.it.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A key and a certificate that it signed itself.
 *
 * @param certificate PEM
 * @param keyText PEM
 */
record Identity(PrivateKey key, String certificate, String keyText) {
  static Identity of(KeyPair pair, String commonName, String host) throws Exception {
    var subject = new X500Name("CN=" + commonName);
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            subject,
            BigInteger.ONE,
            Date.from(now.minus(Duration.ofMinutes(5))),
            Date.from(now.plus(Duration.ofDays(1))),
            subject,
            pair.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
    String algorithm = pair.getPrivate().getAlgorithm().equals("EC") ? "ECDSA" : "RSA";
    return new Identity(
        pair.getPrivate(),
        pem(
            "CERTIFICATE",
            builder
                .build(
                    new JcaContentSignerBuilder("SHA256with" + algorithm).build(pair.getPrivate()))
                .getEncoded()),
        pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(
            kind, Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content));
  }
}
