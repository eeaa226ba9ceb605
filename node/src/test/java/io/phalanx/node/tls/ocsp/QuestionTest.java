package io.phalanx.node.tls.ocsp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.tls.ocsp.StatusException.Kind;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.junit.jupiter.api.Test;

final class QuestionTest {
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final Instant begin = now.minus(Duration.ofHours(1));
  private final Instant end = now.plus(Duration.ofHours(1));
  private static final URI RESPONDER = URI.create("http://ocsp.test");

  private final OcspAuthority authority = new OcspAuthority();
  private final X509Certificate certificate =
      authority.server(Optional.empty(), false).certificate();
  private final Question question = new Question(certificate, authority.certificate(), RESPONDER);

  private byte[] good(OcspAuthority.Signer signer) {
    return authority.response(certificate, signer, begin, end, null);
  }

  private void refused(byte[] response, Kind kind, String words) {
    assertThatThrownBy(() -> question.check(response, now))
        .isInstanceOfSatisfying(StatusException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  @Test
  void theIssuersWordCounts() throws Exception {
    assertThat(question.check(good(authority.signer()), now))
        .isEqualTo(new Question.Answer(begin, end));
  }

  @Test
  void thatOfADelegateCounts() throws Exception {
    var delegate = authority.delegate(end, KeyPurposeId.id_kp_OCSPSigning);
    assertThat(question.check(good(delegate), now)).isEqualTo(new Question.Answer(begin, end));
  }

  @Test
  void nobodyElsesDoes() {
    String nobody = "signed by nobody who may";
    refused(good(authority.delegate(end, KeyPurposeId.id_kp_serverAuth)), Kind.INVALID, nobody);
    refused(good(authority.delegate(end)), Kind.INVALID, nobody);
    refused(
        good(authority.delegate(now.minusSeconds(1), KeyPurposeId.id_kp_OCSPSigning)),
        Kind.INVALID,
        nobody);
    // Another authority of the same name, and one that it lets speak.
    var other = new OcspAuthority();
    refused(good(other.signer()), Kind.INVALID, nobody);
    refused(good(other.delegate(end, KeyPurposeId.id_kp_OCSPSigning)), Kind.INVALID, nobody);
  }

  /** The name of the certificate is by SHA-1 in all of these. */
  @Test
  void oneWithAWeakSignatureDoesNot() {
    refused(
        authority.response(certificate, authority.signer(), begin, end, null, "SHA1withECDSA"),
        Kind.INVALID,
        "its answer is signed with SHA-1");
    refused(
        good(authority.delegate("SHA1withECDSA", end, KeyPurposeId.id_kp_OCSPSigning)),
        Kind.INVALID,
        "the certificate of who signed its answer is signed with SHA-1");
  }

  @Test
  void anotherCertificatesDoesNot() {
    X509Certificate other = authority.server(Optional.empty(), false).certificate();
    refused(
        authority.response(other, authority.signer(), begin, end, null),
        Kind.INVALID,
        "for another certificate");
  }

  @Test
  void oneOfAnotherTimeDoesNot() throws Exception {
    Instant ahead = now.plus(Question.SKEW);
    refused(
        authority.response(certificate, authority.signer(), begin, now, null),
        Kind.INVALID,
        "held until " + now);
    refused(
        authority.response(certificate, authority.signer(), ahead.plusSeconds(1), end, null),
        Kind.INVALID,
        "yet to come");
    assertThat(
            question.check(
                authority.response(certificate, authority.signer(), ahead, end, null), now))
        .isEqualTo(new Question.Answer(ahead, end));
  }

  @Test
  void withoutAnEndItHoldsForAnHour() throws Exception {
    assertThat(
            question.check(
                authority.response(certificate, authority.signer(), begin, null, null), now))
        .isEqualTo(new Question.Answer(begin, now.plus(Question.WITHOUT_END)));
  }

  /** Else whoever kept an old one could have it be shown for ever. */
  @Test
  void withoutAnEndAnOldOneDoesNotCount() throws Exception {
    Instant oldest = now.minus(Question.OLDEST_WITHOUT_END);
    refused(
        authority.response(certificate, authority.signer(), oldest.minusSeconds(1), null, null),
        Kind.INVALID,
        "does not say how long it holds");
    assertThat(
            question.check(
                authority.response(certificate, authority.signer(), oldest, null, null), now))
        .isEqualTo(new Question.Answer(oldest, now.plus(Question.WITHOUT_END)));
  }

  @Test
  void aFarEndIsBounded() throws Exception {
    Instant far = now.plus(Duration.ofDays(3650));
    assertThat(
            question.check(
                authority.response(certificate, authority.signer(), begin, far, null), now))
        .isEqualTo(new Question.Answer(begin, begin.plus(Question.LONGEST)));
    refused(
        authority.response(certificate, authority.signer(), now.minus(Question.LONGEST), far, null),
        Kind.INVALID,
        "held until " + now);
  }

  @Test
  void whatIsNotGoodIsSaid() {
    refused(
        authority.response(
            certificate, authority.signer(), begin, end, new RevokedStatus(Date.from(begin), 1)),
        Kind.REVOKED,
        "revoked since " + begin);
    refused(
        authority.response(certificate, authority.signer(), begin, end, new UnknownStatus()),
        Kind.UNKNOWN,
        "not known");
  }

  @Test
  void errorsAreNamed() throws Exception {
    for (var each :
        List.of(
            List.of(OCSPRespBuilder.TRY_LATER, "tryLater"),
            List.of(OCSPRespBuilder.UNAUTHORIZED, "unauthorized"))) {
      byte[] response = new OCSPRespBuilder().build((int) each.get(0), null).getEncoded();
      refused(response, Kind.INVALID, (String) each.get(1));
    }
  }

  @Test
  void rubbishIsNoResponse() {
    refused(new byte[0], Kind.INVALID, "");
    refused("<html>busy</html>".getBytes(US_ASCII), Kind.INVALID, "no OCSP response");
  }

  /** Whatever is wrong with it, and wherever it ends. */
  @Test
  void whatIsDamagedDoesNotCount() {
    byte[] whole = good(authority.signer());
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length), Kind.INVALID, "");
    }
    var random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(whole.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        question.check(damaged, now);
      } catch (StatusException e) {
        assertThat(e.kind()).isEqualTo(Kind.INVALID);
      }
    }
  }
}
