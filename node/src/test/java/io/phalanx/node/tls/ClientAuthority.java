package io.phalanx.node.tls;

import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that vouches for clients. */
public final class ClientAuthority {
  public static final Duration A_DAY = Duration.ofDays(1);

  private static final AtomicLong SERIALS = new AtomicLong(1);

  private final X500Name name;
  private final KeyPair keys;
  private final List<X509Certificate> above;
  private final X509Certificate certificate;

  public ClientAuthority(String name) {
    this.name = new X500Name("CN=" + name);
    this.keys = pair();
    this.above = List.of();
    this.certificate =
        sign(this.name, keys.getPublic(), true, A_DAY, KeyPurposeId.id_kp_clientAuth);
  }

  private ClientAuthority(String name, ClientAuthority parent) {
    this.name = new X500Name("CN=" + name);
    this.keys = pair();
    this.certificate =
        parent.sign(this.name, keys.getPublic(), true, A_DAY, KeyPurposeId.id_kp_clientAuth);
    var all = new ArrayList<X509Certificate>();
    all.add(certificate);
    all.addAll(parent.above);
    this.above = List.copyOf(all);
  }

  /** An authority below this one; what it issues comes with the certificates in between. */
  public ClientAuthority below(String other) {
    return new ClientAuthority(other, this);
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public String pem() {
    try {
      return TestCertificates.pem(certificate);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * A certificate and its key.
   *
   * @param subject as {@code CN=alice, O=Acme}
   * @param valid from now on; below zero for one that has expired
   */
  public Credentials issue(
      String subject, Duration valid, KeyPurposeId purpose, GeneralName... names) {
    KeyPair own = pair();
    var chain = new ArrayList<X509Certificate>();
    chain.add(sign(new X500Name(subject), own.getPublic(), false, valid, purpose, names));
    chain.addAll(above);
    return new Credentials(chain, own.getPrivate());
  }

  public Credentials issue(String subject) {
    return issue(subject, A_DAY, KeyPurposeId.id_kp_clientAuth);
  }

  /** A certificate for a key of somebody's. */
  X509Certificate sign(PublicKey key) {
    return sign(new X500Name("CN=key"), key, false, A_DAY, KeyPurposeId.id_kp_clientAuth);
  }

  private X509Certificate sign(
      X500Name subject,
      PublicKey key,
      boolean authority,
      Duration valid,
      KeyPurposeId purpose,
      GeneralName... names) {
    Instant now = Instant.now();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(SERIALS.getAndIncrement()),
              Date.from(now.minus(Duration.ofDays(2))),
              Date.from(now.plus(valid)),
              subject,
              key);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (!authority) {
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      }
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair pair() {
    try {
      return Kind.P256.pair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
