package io.phalanx.node.tls.ocsp;

import io.phalanx.node.tls.ocsp.StatusException.Kind;
import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * Whether a certificate is good: the question to its responder, and what counts as an answer (RFC
 * 6960, sections 3.2 and 4.2.2). Certificates are named by SHA-1, which all responders know and
 * which nothing hangs on here. Immutable.
 */
final class Question {
  /** How far ahead a responder's clock may be. */
  static final Duration SKEW = Duration.ofMinutes(5);

  /**
   * How long a response holds that does not say so: newer ones can be had at any time then (RFC
   * 6960, section 2.4).
   */
  static final Duration WITHOUT_END = Duration.ofHours(1);

  /** How old one of these may be: it could be shown again for ever by whoever kept it. */
  static final Duration OLDEST_WITHOUT_END = Duration.ofDays(1);

  /** How long a response is shown, whatever it says itself. */
  static final Duration LONGEST = Duration.ofDays(10);

  private static final Map<ASN1ObjectIdentifier, String> WEAK =
      Map.of(
          PKCSObjectIdentifiers.md2, "MD2",
          PKCSObjectIdentifiers.md4, "MD4",
          PKCSObjectIdentifiers.md5, "MD5",
          OIWObjectIdentifiers.idSHA1, "SHA-1");

  /** Certificates of a response that are looked at. */
  private static final int MOST_CERTIFICATES = 5;

  private final URI responder;
  private final X509CertificateHolder issuer;
  private final CertificateID identity;
  private final DigestCalculator sha1;
  private final byte[] request;

  /**
   * @param begin when it was made
   * @param end from when on it does not hold
   */
  record Answer(Instant begin, Instant end) {}

  /**
   * @param issuer whose name the certificate has as its issuer's
   */
  Question(X509Certificate certificate, X509Certificate issuer, URI responder) {
    this.responder = responder;
    try {
      this.issuer = new JcaX509CertificateHolder(issuer);
      this.sha1 = new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
      this.identity = new CertificateID(sha1, this.issuer, certificate.getSerialNumber());
      this.request = new OCSPReqBuilder().addRequest(identity).build().getEncoded();
    } catch (CertificateEncodingException
        | OperatorCreationException
        | OCSPException
        | IOException e) {
      throw new IllegalStateException("a certificate that was read cannot be asked for", e);
    }
  }

  URI responder() {
    return responder;
  }

  /** In DER. */
  byte[] request() {
    return request.clone();
  }

  /**
   * Checks what came for it.
   *
   * @throws StatusException if that does not say that the certificate is good, now and by one who
   *     may
   */
  Answer check(byte[] response, Instant now) throws StatusException {
    try {
      var read = new OCSPResp(response);
      if (read.getStatus() != OCSPResp.SUCCESSFUL) {
        throw new StatusException(Kind.INVALID, "it answers " + words(read.getStatus()));
      }
      if (!(read.getResponseObject() instanceof BasicOCSPResp basic)) {
        throw invalid("it answers in a form that is not served");
      }
      requireSignature(basic, now);
      return check(single(basic), now);
    } catch (IOException
        | OCSPException
        | OperatorException
        | CertException
        | CertificateException e) {
      throw invalid("it answers no OCSP response: " + shown(e));
    } catch (RuntimeException e) {
      // The parser has no other way for much of what can be wrong.
      throw invalid("it answers no OCSP response: " + shown(e));
    }
  }

  private static StatusException invalid(String message) {
    return new StatusException(Kind.INVALID, message);
  }

  private static String shown(Exception failure) {
    return failure.getClass().getSimpleName();
  }

  private static String words(int status) {
    return switch (status) {
      case OCSPResp.MALFORMED_REQUEST -> "malformedRequest";
      case OCSPResp.INTERNAL_ERROR -> "internalError";
      case OCSPResp.TRY_LATER -> "tryLater";
      case OCSPResp.SIG_REQUIRED -> "sigRequired";
      case OCSPResp.UNAUTHORIZED -> "unauthorized";
      default -> "status " + status;
    };
  }

  private void requireSignature(BasicOCSPResp response, Instant now)
      throws StatusException,
          OCSPException,
          OperatorException,
          CertException,
          CertificateException {
    requireStrong(response.getSignatureAlgorithmID(), "its answer");
    var signers = new ArrayList<X509CertificateHolder>();
    signers.add(issuer);
    X509CertificateHolder[] sent = response.getCerts();
    for (int i = 0; i < Math.min(sent.length, MOST_CERTIFICATES); i++) {
      if (isDelegate(sent[i], now)) {
        requireStrong(sent[i].getSignatureAlgorithm(), "the certificate of who signed its answer");
        signers.add(sent[i]);
      }
    }
    for (X509CertificateHolder signer : signers) {
      if (isNamed(response, signer)
          && response.isSignatureValid(new JcaContentVerifierProviderBuilder().build(signer))) {
        return;
      }
    }
    throw invalid("its answer is signed by nobody who may: not by the issuer or in its name");
  }

  /** Of some digests others can be made that have the same signature. */
  private static void requireStrong(AlgorithmIdentifier signature, String what)
      throws StatusException {
    var digest = DefaultDigestAlgorithmIdentifierFinder.INSTANCE.find(signature);
    String weak = digest == null ? null : WEAK.get(digest.getAlgorithm());
    if (weak != null) {
      throw invalid(what + " is signed with " + weak + ", which proves nothing any more");
    }
  }

  private boolean isNamed(BasicOCSPResp response, X509CertificateHolder signer)
      throws OCSPException {
    RespID named = response.getResponderId();
    return named.equals(new RespID(signer.getSubject()))
        || named.equals(new RespID(signer.getSubjectPublicKeyInfo(), sha1));
  }

  /** Whether the issuer lets it speak in its name (RFC 6960, section 4.2.2.2). */
  private boolean isDelegate(X509CertificateHolder one, Instant now)
      throws OperatorException, CertException, CertificateException {
    Optional<ExtendedKeyUsage> usage =
        Optional.ofNullable(ExtendedKeyUsage.fromExtensions(one.getExtensions()));
    return usage.filter(uses -> uses.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)).isPresent()
        && one.getIssuer().equals(issuer.getSubject())
        && one.isValidOn(Date.from(now))
        && one.isSignatureValid(new JcaContentVerifierProviderBuilder().build(issuer));
  }

  private SingleResp single(BasicOCSPResp response) throws StatusException {
    for (SingleResp one : List.of(response.getResponses())) {
      CertificateID other = one.getCertID();
      if (other.getHashAlgOID().equals(identity.getHashAlgOID())
          && Arrays.equals(other.getIssuerNameHash(), identity.getIssuerNameHash())
          && Arrays.equals(other.getIssuerKeyHash(), identity.getIssuerKeyHash())
          && other.getSerialNumber().equals(identity.getSerialNumber())) {
        return one;
      }
    }
    throw invalid("its answer is for another certificate");
  }

  private static Answer check(SingleResp single, Instant now) throws StatusException {
    Instant begin = single.getThisUpdate().toInstant();
    Optional<Instant> said = Optional.ofNullable(single.getNextUpdate()).map(Date::toInstant);
    if (begin.isAfter(now.plus(SKEW))) {
      throw invalid("its answer is of " + begin + ", which is yet to come");
    }
    if (said.isEmpty() && begin.isBefore(now.minus(OLDEST_WITHOUT_END))) {
      throw invalid("its answer is of " + begin + " and does not say how long it holds");
    }
    Instant longest = begin.plus(LONGEST);
    Instant end = said.orElseGet(() -> now.plus(WITHOUT_END));
    end = end.isBefore(longest) ? end : longest;
    if (!end.isAfter(now)) {
      throw invalid("its answer of " + begin + " held until " + end);
    }
    return switch (single.getCertStatus()) {
      case null -> new Answer(begin, end);
      case RevokedStatus revoked ->
          throw new StatusException(
              Kind.REVOKED, "it is revoked since " + revoked.getRevocationTime().toInstant());
      default -> throw new StatusException(Kind.UNKNOWN, "it is not known there");
    };
  }
}
