package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClientVerifierTest {
  private static final ClientAuthority STAFF = new ClientAuthority("staff");

  private static X509Certificate withRsaKey(int bits) throws Exception {
    BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
    return STAFF.sign(
        KeyFactory.getInstance("RSA")
            .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65_537))));
  }

  @Test
  void keysThatTakeLongAreRefused() throws Exception {
    var verifier = new ClientVerifier(Optional.empty(), List.of());
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();

    assertThatCode(
            () ->
                verifier.checkClientTrusted(
                    new X509Certificate[] {withRsaKey(8_192)}, "RSA", engine))
        .doesNotThrowAnyException();
    assertThatExceptionOfType(CertificateException.class)
        .isThrownBy(
            () ->
                verifier.checkClientTrusted(
                    new X509Certificate[] {STAFF.certificate(), withRsaKey(8_193)}, "RSA", engine))
        .withMessageContaining("8192 bits");
  }

  @Test
  void clientsAreToldOfAsManyAuthoritiesAsFit() {
    var many = new ArrayList<X509Certificate>();
    for (int i = 0; i < 20; i++) {
      many.add(STAFF.certificate());
    }

    assertThat(new ClientVerifier(Optional.empty(), many).getAcceptedIssuers()).hasSize(20);
    for (int i = 0; i < 1_000; i++) {
      many.add(STAFF.certificate());
    }
    assertThat(new ClientVerifier(Optional.empty(), many).getAcceptedIssuers()).isEmpty();
  }

  private static SSLSession session(X509Certificate... chain) {
    return (SSLSession)
        Proxy.newProxyInstance(
            ClientVerifierTest.class.getClassLoader(),
            new Class<?>[] {SSLSession.class},
            (_, _, _) -> {
              if (chain.length == 0) {
                throw new SSLPeerUnverifiedException("nobody");
              }
              return chain;
            });
  }

  /** A session may be taken up again long after its certificate was verified. */
  @ParameterizedTest
  @EnumSource(ClientCertificates.Mode.class)
  void whatHasExpiredSinceDoesNotCount(ClientCertificates.Mode mode) throws Exception {
    var clients = new ClientCertificates(mode, List.of(STAFF.certificate()));
    X509Certificate good = STAFF.issue("CN=alice").certificate();
    X509Certificate expired =
        STAFF.issue("CN=late", Duration.ofDays(-1), KeyPurposeId.id_kp_clientAuth).certificate();
    boolean asked = mode != ClientCertificates.Mode.NONE;

    assertThat(clients.shown(session(good))).isEqualTo(asked ? List.of(good) : List.of());
    if (mode.isVerified()) {
      assertThatExceptionOfType(CertificateException.class)
          .isThrownBy(() -> clients.shown(session(expired)));
    } else {
      assertThat(clients.shown(session(expired))).hasSize(asked ? 1 : 0);
    }
    if (mode == ClientCertificates.Mode.ANY || mode == ClientCertificates.Mode.VERIFIED) {
      assertThatExceptionOfType(CertificateException.class)
          .isThrownBy(() -> clients.shown(session()));
    } else {
      assertThat(clients.shown(session())).isEmpty();
    }
  }

  @Test
  void theSameWordsAndAuthoritiesAreEqual() {
    List<X509Certificate> staff = List.of(STAFF.certificate());
    var clients = new ClientCertificates(ClientCertificates.Mode.VERIFIED, staff);

    assertThat(new ClientCertificates(ClientCertificates.Mode.VERIFIED, staff))
        .isEqualTo(clients)
        .hasSameHashCodeAs(clients);
    assertThat(new ClientCertificates(ClientCertificates.Mode.VERIFIED_IF_GIVEN, staff))
        .isNotEqualTo(clients);
    assertThat(
            new ClientCertificates(
                ClientCertificates.Mode.VERIFIED,
                List.of(new ClientAuthority("staff").certificate())))
        .isNotEqualTo(clients);
  }
}
