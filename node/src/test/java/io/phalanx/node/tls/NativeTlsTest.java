package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.tls.TestCertificates.Kind;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NativeTlsTest {
  private static final TlsEngines NATIVE = TlsEngines.fastest();
  private static final List<String> SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");

  private static TlsTerms terms(List<String> suites, List<String> groups) {
    return new TlsTerms(
        List.of("TLSv1.3", "TLSv1.2"),
        suites,
        groups,
        List.of("h2", "http/1.1"),
        false,
        true,
        ClientCertificates.NONE,
        NATIVE);
  }

  private static SSLContext context(Kind kind, TlsTerms terms) {
    return TestCertificates.server(TestCertificates.of(kind, "a.test")).context(terms);
  }

  @ParameterizedTest
  @CsvSource({"RSA,true", "P256,true", "P384,true", "ED25519,false"})
  void thePlatformServesKeysThatItDoesNotTake(Kind kind, boolean isNative) {
    assertThat(Conscrypt.isConscrypt(context(kind, terms(SUITES, List.of())))).isEqualTo(isNative);
  }

  @Test
  void thePlatformServesSuitesThatItDoesNotHave() {
    List<String> suites =
        List.of("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256");

    assertThat(Conscrypt.isConscrypt(context(Kind.RSA, terms(suites, List.of())))).isFalse();
  }

  @Test
  void thePlatformAsksForCertificatesOfClients() {
    var clients = new ClientCertificates(ClientCertificates.Mode.REQUESTED, List.of());
    var terms =
        new TlsTerms(
            List.of("TLSv1.3"), List.of(), List.of(), List.of(), false, true, clients, NATIVE);

    assertThat(Conscrypt.isConscrypt(context(Kind.P256, terms))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'',X25519MLKEM768,X25519MLKEM768",
    "'',x25519,X25519",
    "'',secp384r1,P-384",
    "x25519:X25519MLKEM768,X25519MLKEM768,X25519MLKEM768"
  })
  void agreesOnAKeyAsTheTermsSay(String offered, String client, String agreed) throws Exception {
    List<String> groups = offered.isEmpty() ? List.of() : List.of(offered.split(":"));

    assertThat(agreed(terms(SUITES, groups), client)).isEqualTo(agreed);
  }

  @Test
  void agreesOnNothingElse() {
    assertThatThrownBy(() -> agreed(terms(SUITES, List.of("x25519")), "secp256r1"))
        .isInstanceOf(SSLHandshakeException.class);
  }

  /** Shakes hands in memory. */
  private static String agreed(TlsTerms terms, String group) throws Exception {
    SSLEngine server = context(Kind.P256, terms).createSSLEngine();
    server.setUseClientMode(false);
    terms.apply(server, terms.offered());
    SSLContext trusting = SSLContext.getInstance("TLS", Conscrypt.newProvider());
    trusting.init(null, new TrustManager[] {new Anyone()}, null);
    SSLEngine client = trusting.createSSLEngine();
    client.setUseClientMode(true);
    var parameters = client.getSSLParameters();
    parameters.setNamedGroups(new String[] {group});
    client.setSSLParameters(parameters);
    client.beginHandshake();
    server.beginHandshake();
    ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
    for (int i = 0; i < 100 && !(isDone(client) && isDone(server)); i++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
    assertThat(isDone(client) && isDone(server)).isTrue();
    return Conscrypt.getGroupName(server);
  }

  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    ByteBuffer plain = ByteBuffer.allocate(1 << 15);
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      engine.wrap(ByteBuffer.allocate(0), out);
    } else {
      in.flip();
      SSLEngineResult result;
      do {
        result = engine.unwrap(in, plain);
      } while (result.bytesConsumed() > 0 && in.hasRemaining());
      in.compact();
    }
  }
}
