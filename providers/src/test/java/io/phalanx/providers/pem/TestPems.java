package io.phalanx.providers.pem;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A self-signed certificate and its key, as OpenSSL's new and old commands write it.
 *
 * @param pkcs8 BEGIN PRIVATE KEY
 * @param traditional PKCS #1 or SEC 1
 */
public record TestPems(String certificate, String pkcs8, String traditional) {
  /**
   * @param algorithm {@code RSA}, {@code EC} or {@code Ed25519}
   * @param size of the key; -1 where there is but one
   */
  public static TestPems of(String algorithm, int size, String name) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      if (size > 0) {
        generator.initialize(size);
      }
      KeyPair pair = generator.generateKeyPair();
      var subject = new X500Name("CN=" + name);
      Instant now = Instant.now();
      var certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  new JcaX509v3CertificateBuilder(
                          subject,
                          BigInteger.ONE,
                          Date.from(now),
                          Date.from(now.plus(Duration.ofDays(1))),
                          subject,
                          pair.getPublic())
                      .build(
                          new JcaContentSignerBuilder(
                                  switch (algorithm) {
                                    case "RSA" -> "SHA256withRSA";
                                    case "EC" -> "SHA256withECDSA";
                                    default -> algorithm;
                                  })
                              .build(pair.getPrivate())));
      String pkcs8 =
          "-----BEGIN PRIVATE KEY-----\n"
              + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
              + "\n-----END PRIVATE KEY-----\n";
      return new TestPems(pem(certificate), pkcs8, traditional(pair.getPrivate()));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** SEC 1 as OpenSSL writes it: with the name of the curve. */
  private static String traditional(PrivateKey key) throws IOException {
    if (!(key instanceof ECPrivateKey curve)) {
      return pem(key);
    }
    int bits = curve.getParams().getOrder().bitLength();
    var encoded =
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            bits,
            curve.getS(),
            bits == 256 ? SECObjectIdentifiers.secp256r1 : SECObjectIdentifiers.secp384r1);
    return "-----BEGIN EC PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(encoded.getEncoded())
        + "\n-----END EC PRIVATE KEY-----\n";
  }

  private static String pem(Object object) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }
}
