package io.phalanx.node.forwarding;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that issues what a test needs. */
final class TestAuthority {
  private static final AtomicLong SERIALS = new AtomicLong(1);
  private static final char[] NO_PASSWORD = {};

  final X509Certificate certificate;
  private final X500Name name;
  private final KeyPair keys = keyPair();

  TestAuthority(String name) {
    this.name = new X500Name("CN=" + name);
    this.certificate = sign(this.name, keys, true, Duration.ofDays(1), List.of());
  }

  /** A certificate with these names: an address, {@code spiffe://...}, or else a DNS name. */
  TlsOptions.Key issue(String... names) {
    return issue(Duration.ofDays(1), names);
  }

  TlsOptions.Key issue(Duration valid, String... names) {
    KeyPair own = keyPair();
    List<GeneralName> alternatives =
        java.util.Arrays.stream(names).map(TestAuthority::san).toList();
    return new TlsOptions.Key(
        List.of(
            sign(
                new X500Name("CN=" + names[0].replaceAll("[^a-z.]", "")),
                own,
                false,
                valid,
                alternatives)),
        own.getPrivate());
  }

  private static GeneralName san(String name) {
    int type =
        name.contains("://")
            ? GeneralName.uniformResourceIdentifier
            : name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
    return new GeneralName(type, name);
  }

  private X509Certificate sign(
      X500Name subject, KeyPair own, boolean authority, Duration valid, List<GeneralName> names) {
    Instant from = Instant.now().minus(Duration.ofDays(2));
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(SERIALS.getAndIncrement()),
              Date.from(from),
              Date.from(Instant.now().plus(valid)),
              subject,
              own.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (!names.isEmpty()) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(names.toArray(GeneralName[]::new)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Believes servers that show a certificate of this for their name. */
  TlsOptions trusted() {
    return trusted(Optional.empty(), new ServerIdentity.HostName());
  }

  TlsOptions trusted(Optional<String> serverName, ServerIdentity identity) {
    return new TlsOptions(
        serverName, identity, List.of(certificate), List.of(), List.of(), List.of());
  }

  /** A server with TLS. */
  ScriptedServer server(TlsOptions.Key key, ScriptedServer.Script script) {
    return new ScriptedServer(context(key).getServerSocketFactory(), "https", script);
  }

  /** A server's side of TLS with this certificate; clients' certificates are those of this. */
  SSLContext context(TlsOptions.Key key) {
    try {
      KeyStore own = store();
      own.setKeyEntry("own", key.key(), NO_PASSWORD, key.chain().toArray(Certificate[]::new));
      KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("SunX509");
      keyManagers.init(own, NO_PASSWORD);
      KeyStore trusted = store();
      trusted.setCertificateEntry("authority", certificate);
      TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
      trustManagers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore store() throws GeneralSecurityException, java.io.IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
