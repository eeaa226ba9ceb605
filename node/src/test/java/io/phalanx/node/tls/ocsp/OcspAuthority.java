package io.phalanx.node.tls.ocsp;

import io.phalanx.node.tls.TestCertificates;
import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** An authority, with what its responders say. */
public final class OcspAuthority {
  private static final Duration A_MONTH = Duration.ofDays(30);
  private static final X500Name NAME = new X500Name("CN=Authority");

  private static final String SIGNATURE = "SHA256withECDSA";

  private final KeyPair keys = pair();
  private final X509Certificate certificate =
      issue(NAME, keys, Optional.empty(), false, true, Instant.now().plus(A_MONTH), SIGNATURE);

  private static KeyPair pair() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A certificate that signs responses, with its key. */
  public record Signer(X509Certificate certificate, PrivateKey key) {}

  private X509Certificate issue(
      X500Name subject,
      KeyPair pair,
      Optional<String> responder,
      boolean mustStaple,
      boolean isAuthority,
      Instant end,
      String signature,
      KeyPurposeId... purposes) {
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              NAME,
              new BigInteger(64, new SecureRandom()),
              Date.from(Instant.now().minus(A_MONTH)),
              Date.from(end),
              subject,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      if (purposes.length > 0) {
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
      }
      if (!isAuthority) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "a.test")));
      }
      if (responder.isPresent()) {
        builder.addExtension(
            Extension.authorityInfoAccess,
            false,
            new AuthorityInformationAccess(
                AccessDescription.id_ad_ocsp,
                new GeneralName(GeneralName.uniformResourceIdentifier, responder.get())));
      }
      if (mustStaple) {
        builder.addExtension(
            new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24"),
            false,
            new DERSequence(new ASN1Integer(5)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder(signature).build(keys.getPrivate())));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A server's, for {@code a.test}, with the authority's behind it. */
  public Credentials server(Optional<String> responder, boolean mustStaple) {
    KeyPair pair = pair();
    Instant end = Instant.now().plus(A_MONTH);
    return new Credentials(
        List.of(
            issue(new X500Name("CN=a.test"), pair, responder, mustStaple, false, end, SIGNATURE),
            certificate),
        pair.getPrivate());
  }

  /** The same as a configuration has it, without a responder. */
  public Tls.Certificate given(boolean mustStaple) {
    KeyPair pair = pair();
    Instant end = Instant.now().plus(A_MONTH);
    X500Name name = new X500Name("CN=a.test");
    try {
      return new Tls.Certificate(
          TestCertificates.pem(
              issue(name, pair, Optional.empty(), mustStaple, false, end, SIGNATURE)),
          TestCertificates.key(pair),
          List.of());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The authority itself. */
  public Signer signer() {
    return new Signer(certificate, keys.getPrivate());
  }

  /** One that this authority issued, for other purposes perhaps. */
  public Signer delegate(Instant end, KeyPurposeId... purposes) {
    return delegate(SIGNATURE, end, purposes);
  }

  /**
   * @param signature how its certificate is signed
   */
  Signer delegate(String signature, Instant end, KeyPurposeId... purposes) {
    KeyPair pair = pair();
    X500Name name = new X500Name("CN=Responder");
    return new Signer(
        issue(name, pair, Optional.empty(), false, false, end, signature, purposes),
        pair.getPrivate());
  }

  X509Certificate certificate() {
    return certificate;
  }

  /**
   * @param end null if it does not say until when it holds
   * @param status null for good
   */
  public byte[] response(
      X509Certificate of,
      Signer signer,
      Instant begin,
      @Nullable Instant end,
      @Nullable CertificateStatus status) {
    return response(of, signer, begin, end, status, SIGNATURE);
  }

  /**
   * @param signature how it is signed
   */
  byte[] response(
      X509Certificate of,
      Signer signer,
      Instant begin,
      @Nullable Instant end,
      @Nullable CertificateStatus status,
      String signature) {
    try {
      var digests = new JcaDigestCalculatorProviderBuilder().build();
      var responder = new JcaX509CertificateHolder(signer.certificate());
      var builder = new BasicOCSPRespBuilder(new RespID(responder.getSubject()));
      builder.addResponse(
          new CertificateID(
              digests.get(CertificateID.HASH_SHA1),
              new JcaX509CertificateHolder(certificate),
              of.getSerialNumber()),
          status,
          Date.from(begin),
          end == null ? null : Date.from(end));
      return new OCSPRespBuilder()
          .build(
              OCSPRespBuilder.SUCCESSFUL,
              builder.build(
                  new JcaContentSignerBuilder(signature).build(signer.key()),
                  new X509CertificateHolder[] {responder},
                  Date.from(begin)))
          .getEncoded();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
