package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * One certificate for all (P-256), and what all clients offer: TLS 1.3 with one cipher and one
 * group, so that nobody chooses a cheaper one.
 */
final class Tls {
  static final String PROTOCOL = "TLSv1.3";
  static final String CIPHER = "TLS_AES_256_GCM_SHA384";
  static final List<String> H2LOAD_OPTIONS =
      List.of("--tls13-ciphers=" + CIPHER, "--groups=X25519");

  private final Path directory;
  private final X509Certificate certificate;

  private Tls(Path directory, X509Certificate certificate) {
    this.directory = directory;
    this.certificate = certificate;
  }

  /** Makes the certificate and its key, and writes them to the directory. */
  static Tls create(Path directory) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      var tls = new Tls(directory, selfSigned(pair));
      String chain = pem("CERTIFICATE", tls.certificate.getEncoded());
      String key = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
      Files.writeString(tls.chainFile(), chain);
      Files.writeString(tls.keyFile(), key);
      Files.writeString(tls.bothFile(), chain + key);
      return tls;
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("a certificate cannot be made", e);
    }
  }

  private static X509Certificate selfSigned(KeyPair pair)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var name = new X500Name("CN=bench.test");
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(120, new SecureRandom()),
            Date.from(now.minus(Duration.ofMinutes(5))),
            Date.from(now.plus(Duration.ofDays(2))),
            name,
            pair.getPublic());
    GeneralName[] names = {
      new GeneralName(GeneralName.dNSName, "bench.test"),
      new GeneralName(GeneralName.iPAddress, "127.0.0.1")
    };
    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  private static String pem(String what, byte[] content) {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }

  Path chainFile() {
    return directory.resolve("bench.crt");
  }

  Path keyFile() {
    return directory.resolve("bench.key");
  }

  /** Certificate and key in one, as HAProxy wants them. */
  Path bothFile() {
    return directory.resolve("bench.pem");
  }

  SSLContext clientContext() throws IOException {
    return clientContext(certificate);
  }

  /** Of a client that trusts this certificate alone. */
  static SSLContext clientContext(X509Certificate certificate) throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("bench", certificate);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS for the client", e);
    }
  }

  static SSLParameters clientParameters() {
    return new SSLParameters(new String[] {CIPHER}, new String[] {PROTOCOL});
  }

  /** OpenSSL's settings for a client that has no options for them: the same offer. */
  static Path openSslSettings(Workbench workbench) throws IOException {
    Path file = workbench.file("openssl.cnf");
    if (!Files.exists(file)) {
      Files.writeString(
          file,
          """
          openssl_conf = init
          [init]
          ssl_conf = ssl
          [ssl]
          system_default = offer
          [offer]
          MinProtocol = TLSv1.3
          Ciphersuites = %s
          Groups = X25519
          """
              .formatted(CIPHER));
    }
    return file;
  }
}
