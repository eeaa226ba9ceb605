package io.phalanx.node.tls;

import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.pem.Credentials;
import io.phalanx.providers.pem.PemException;
import io.phalanx.providers.tree.Secret;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Self-signed certificates in PEM. */
public final class TestCertificates {
  /** For an entry point that is not asked for TLS. */
  public static final ServerCertificate FALLBACK = generated();

  private TestCertificates() {}

  private static ServerCertificate generated() {
    return DefaultCertificate.generate(Instant.now());
  }

  public enum Kind {
    RSA,
    P256,
    P384,
    ED25519;

    KeyPair pair() throws GeneralSecurityException {
      return switch (this) {
        case RSA -> {
          var generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(2048);
          yield generator.generateKeyPair();
        }
        case P256 -> curve("secp256r1");
        case P384 -> curve("secp384r1");
        case ED25519 -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      };
    }

    private static KeyPair curve(String name) throws GeneralSecurityException {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(name));
      return generator.generateKeyPair();
    }

    String signature() {
      return switch (this) {
        case RSA -> "SHA256withRSA";
        case P256 -> "SHA256withECDSA";
        case P384 -> "SHA384withECDSA";
        case ED25519 -> "Ed25519";
      };
    }
  }

  /** A certificate for names (addresses count as such), the first of which is its common name. */
  public static Tls.Certificate of(Kind kind, String... names) {
    return until(Instant.now().plus(Duration.ofDays(1)), kind, names);
  }

  /**
   * @param end when it expires
   */
  public static Tls.Certificate until(Instant end, Kind kind, String... names) {
    try {
      KeyPair pair = kind.pair();
      var subject = new X500Name("CN=" + names[0]);
      var builder =
          new JcaX509v3CertificateBuilder(
              subject,
              new BigInteger(64, new SecureRandom()),
              Date.from(Instant.now().minus(Duration.ofDays(100))),
              Date.from(end),
              subject,
              pair.getPublic());
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(
              Stream.of(names)
                  .map(
                      name ->
                          new GeneralName(
                              name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName,
                              name))
                  .toArray(GeneralName[]::new)));
      var certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder(kind.signature()).build(pair.getPrivate())));
      return new Tls.Certificate(pem(certificate), key(pair), List.of());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** PKCS #8. */
  public static Secret key(KeyPair pair) {
    return new Secret(
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");
  }

  /** As OpenSSL's older commands write it: PKCS #1 for RSA, SEC 1 for curves. */
  static String traditionalKey(KeyPair pair) throws IOException {
    return pem(pair.getPrivate());
  }

  public static String pem(Object object) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(object);
    }
    return text.toString();
  }

  /** As it is shown in handshakes. */
  public static ServerCertificate server(Tls.Certificate given) {
    try {
      return new ServerCertificate(Credentials.parse(given.certFile(), given.keyFile().value()));
    } catch (PemException e) {
      throw new AssertionError(e);
    }
  }

  /** Served as a node serves them. */
  public static TlsSettings settings(Tls tls) {
    return settings(tls, TlsEngines.JSSE);
  }

  public static TlsSettings settings(Tls tls, TlsEngines engines) {
    return TlsSettings.read(
        List.of(new TlsSettings.Source("file", tls)),
        CertificateSources.of(() -> FALLBACK, engines));
  }

  /** Certificates without options, for an entry point whose routers want nothing special. */
  public static TlsTable table(Tls.Certificate... certificates) {
    return table(TlsEngines.JSSE, certificates);
  }

  public static TlsTable table(TlsEngines engines, Tls.Certificate... certificates) {
    return TlsTable.builder(
            settings(
                new Tls(List.of(certificates), java.util.Map.of(), java.util.Map.of()), engines))
        .build();
  }
}
