package io.phalanx.node.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.providers.pem.Credentials;
import java.security.KeyPairGenerator;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NativeTlsTest {
  private static final TlsEngines NATIVE = TlsEngines.fastest(TlsEngines.JSSE);
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

  private static boolean isNative(SSLContext context) {
    return context instanceof NativeContext;
  }

  @ParameterizedTest
  @CsvSource({"RSA,true", "P256,true", "P384,true", "ED25519,false"})
  void thePlatformServesKeysThatItDoesNotTake(Kind kind, boolean isNative) {
    assertThat(isNative(context(kind, terms(SUITES, List.of())))).isEqualTo(isNative);
  }

  @ParameterizedTest
  @CsvSource({"RSA,3072,true", "RSA,4096,false", "EC,521,false"})
  void thePlatformSignsWithWhatTakesLong(String algorithm, int bits, boolean isNative)
      throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits);
    var credentials =
        new Credentials(
            List.of(
                TestCertificates.server(TestCertificates.of(Kind.P256, "a.test")).certificate()),
            generator.generateKeyPair().getPrivate());

    SSLContext context = NATIVE.context(credentials, terms(SUITES, List.of())).get();

    assertThat(isNative(context)).isEqualTo(isNative);
  }

  @Test
  void thePlatformServesSuitesThatItDoesNotHave() {
    List<String> suites =
        List.of("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256");

    assertThat(isNative(context(Kind.RSA, terms(suites, List.of())))).isFalse();
  }

  @Test
  void thePlatformAsksForCertificatesOfClients() {
    var clients = new ClientCertificates(ClientCertificates.Mode.REQUESTED, List.of());
    var terms =
        new TlsTerms(
            List.of("TLSv1.3"), List.of(), List.of(), List.of(), false, true, clients, NATIVE);

    assertThat(isNative(context(Kind.P256, terms))).isFalse();
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

  private static String agreed(TlsTerms terms, String group) throws Exception {
    SSLEngine server = context(Kind.P256, terms).createSSLEngine();
    server.setUseClientMode(false);
    terms.apply(server, terms.offered());
    SSLEngine client = new MemoryClient(Conscrypt.newProvider()).engine("a.test");
    var parameters = client.getSSLParameters();
    parameters.setNamedGroups(new String[] {group});
    client.setSSLParameters(parameters);
    MemoryClient.shakeHands(client, server);
    return server instanceof NativeEngine ours ? ours.group() : "the platform's";
  }
}
