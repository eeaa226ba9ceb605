package io.phalanx.node.acme;

import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.CertificateState.PlacedOrder;
import io.phalanx.node.tls.CertificateNeed;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Needs and certificates as an authority might have issued them. */
final class TestStates {
  static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  private TestStates() {}

  static CertificateNeed need(String... names) {
    return new CertificateNeed("le", List.of(names));
  }

  static Held held(Instant from, Duration life, String... names) {
    KeyPair pair = KeyKind.EC256.generate();
    var subject = new X500Name("CN=" + names[0]);
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              subject,
              new BigInteger(100, new SecureRandom()),
              Date.from(from),
              Date.from(from.plus(life)),
              subject,
              pair.getPublic());
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              Stream.of(names)
                  .map(name -> new GeneralName(GeneralName.dNSName, name))
                  .toArray(GeneralName[]::new)));
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
      return new Held(List.of(certificate), KeptKey.of(pair));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Issued now, for 90 days. */
  static CertificateState issued(String... names) {
    return CertificateState.of(need(names)).issued(held(NOW, Duration.ofDays(90), names));
  }

  static CertificateState ordered(ChallengeAnswer... answers) {
    return CertificateState.of(need(answers[0].name()))
        .ordered(
            new PlacedOrder(
                "https://ca.test/order/1", KeptKey.of(KeyKind.EC256.generate()), List.of(answers)));
  }
}
