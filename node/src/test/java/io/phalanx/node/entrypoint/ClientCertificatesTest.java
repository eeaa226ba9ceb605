package io.phalanx.node.entrypoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.ClientAuthority;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom each mode lets in, by real handshakes. */
final class ClientCertificatesTest {
  private static final Tls.Certificate SERVER = TestCertificates.of(Kind.P256, "a.test");
  private static final ClientAuthority STAFF = new ClientAuthority("staff");
  private static final ClientAuthority OTHER = new ClientAuthority("other");

  private static final Map<String, Credentials> CLIENTS =
      Map.of(
          "alice", STAFF.issue("CN=alice"),
          "mallory", OTHER.issue("CN=mallory"),
          "late", STAFF.issue("CN=late", Duration.ofDays(-1), KeyPurposeId.id_kp_clientAuth),
          "server", STAFF.issue("CN=s", ClientAuthority.A_DAY, KeyPurposeId.id_kp_serverAuth),
          "below", STAFF.below("team").issue("CN=below"));

  private final Rig.Options options = new Rig.Options();

  private static TlsTable asking(String mode, ClientAuthority... authorities) {
    var clients =
        new Tls.ClientAuth(
            List.of(authorities).stream().map(ClientAuthority::pem).toList(),
            Optional.of(mode).filter(text -> !text.isEmpty()));
    return TlsTable.builder(
            TestCertificates.settings(
                new Tls(
                    List.of(SERVER),
                    Map.of(Tls.DEFAULT, Tls.Options.STANDARD.with(clients)),
                    Map.of())))
        .build();
  }

  private static Credentials shown(String name) {
    return requireNonNull(CLIENTS.get(name));
  }

  private static TlsClient client(String name, String version) {
    TlsClient client = name.equals("nobody") ? new TlsClient() : new TlsClient(shown(name));
    client.protocols = new String[] {version};
    return client;
  }

  private static boolean isServed(Rig rig, TlsClient client) {
    try {
      String answer = client.get(rig.entryPoint.address(), "a.test").answer();
      // By TLS 1.3 a client learns of its refusal where it reads the answer.
      return answer.startsWith("HTTP/1.1 200 ");
    } catch (IOException _) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NoClientCert, nobody alice mallory late server below",
    "RequestClientCert, nobody alice mallory late server below",
    "RequireAnyClientCert, alice mallory late server below",
    "VerifyClientCertIfGiven, nobody alice below",
    "RequireAndVerifyClientCert, alice below",
    "'', alice below"
  })
  void eachModeLetsInWhomItSays(String mode, String served) throws Exception {
    options.tls = asking(mode, STAFF);
    Set<String> wanted = Set.of(served.split(" "));
    try (var rig = new Rig(options)) {
      for (String name : List.of("nobody", "alice", "mallory", "late", "server", "below")) {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
          assertThat(isServed(rig, client(name, version)))
              .as(mode + ": " + name + " by " + version)
              .isEqualTo(wanted.contains(name));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void requestsTellWhatTheirClientShowed(String version) throws Exception {
    options.tls = asking("VerifyClientCertIfGiven", STAFF);
    try (var rig = new Rig(options)) {
      TlsClient below = client("below", version);
      // The second time the session is taken up again.
      for (int i = 0; i < 2; i++) {
        assertThat(isServed(rig, below)).isTrue();
        assertThat(rig.nextCompleted().request().tls().orElseThrow().certificates())
            .isEqualTo(shown("below").chain());
      }

      assertThat(isServed(rig, client("nobody", version))).isTrue();
      assertThat(rig.nextCompleted().request().tls().orElseThrow().certificates()).isEmpty();
    }
  }

  @Test
  void withoutAuthoritiesAnyIsTakenWhereNothingIsVerified() throws Exception {
    options.tls = asking("RequireAnyClientCert");
    try (var rig = new Rig(options)) {
      assertThat(isServed(rig, client("mallory", "TLSv1.3"))).isTrue();
      assertThat(isServed(rig, client("nobody", "TLSv1.3"))).isFalse();
    }
  }

  @Test
  void aCertificateInBetweenHasToBeShown() throws Exception {
    options.tls = asking("", STAFF);
    Credentials whole = shown("below");
    var alone = new Credentials(List.of(whole.certificate()), whole.key());
    try (var rig = new Rig(options)) {
      assertThat(isServed(rig, new TlsClient(alone))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aSessionIsNotCarriedOverToOtherTerms(String version) throws Exception {
    options.tls = asking("VerifyClientCertIfGiven", STAFF);
    try (var rig = new Rig(options)) {
      TlsClient nobody = client("nobody", version);
      TlsClient alice = client("alice", version);
      assertThat(isServed(rig, nobody)).isTrue();
      assertThat(isServed(rig, alice)).isTrue();

      options.tls = asking("RequireAndVerifyClientCert", STAFF);
      assertThat(isServed(rig, nobody)).isFalse();
      assertThat(isServed(rig, alice)).isTrue();

      options.tls = asking("RequireAndVerifyClientCert", OTHER);
      assertThat(isServed(rig, alice)).isFalse();
      assertThat(isServed(rig, client("mallory", version))).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aVerifiedClientTakesItsSessionUpAgain(String version) throws Exception {
    options.tls = asking("RequireAndVerifyClientCert", STAFF);
    try (var rig = new Rig(options)) {
      TlsClient alice = client("alice", version);
      long first = alice.get(rig.entryPoint.address(), "a.test").created();

      assertThat(alice.get(rig.entryPoint.address(), "a.test").created()).isEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aChainThatIsTooLongIsRefused(String version) throws Exception {
    options.tls = asking("RequireAnyClientCert");
    ClientAuthority last = STAFF;
    for (int i = 0; i < 8; i++) {
      last = last.below("level" + i);
    }
    var client = new TlsClient(last.issue("CN=deep"));
    client.protocols = new String[] {version};
    try (var rig = new Rig(options)) {
      assertThat(isServed(rig, client)).isFalse();
      assertThat(isServed(rig, client("alice", version))).isTrue();
    }
  }
}
