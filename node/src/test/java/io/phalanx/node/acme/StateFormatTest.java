package io.phalanx.node.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.CertificateState.Failed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateFormatTest {
  private static final CertificateState FULL =
      TestStates.issued("a.test", "b.test")
          .ordered(
              TestStates.ordered(
                      new ChallengeAnswer(ChallengeKind.HTTP_01, "a.test", "token", "token.proof"),
                      new ChallengeAnswer(
                          ChallengeKind.TLS_ALPN_01, "b.test", "other", "other.proof"),
                      new ChallengeAnswer(ChallengeKind.DNS_01, "c.test", "third", "third.proof"))
                  .order()
                  .orElseThrow())
          .failed(new Failed(3, Instant.ofEpochMilli(1_800_000_000_123L), "no such host"), true);

  @Test
  void aCertificateIsReadAsItWasWritten() {
    for (CertificateState state :
        List.of(
            FULL, CertificateState.of(TestStates.need("a.test")), TestStates.issued("x.test"))) {
      assertThat(StateFormat.certificate(StateFormat.bytes(state))).isEqualTo(state);
    }
  }

  @Test
  void anAccountIsReadAsItWasWritten() {
    var account =
        new AccountState(
            "https://ca.test/dir",
            KeptKey.of(KeyKind.EC256.generate()),
            Optional.of("https://ca.test/account/1"),
            Optional.of(new AccountState.Limited(Instant.ofEpochMilli(1_800_000_000_000L), "no")));

    assertThat(StateFormat.account(StateFormat.bytes(account))).isEqualTo(account);
  }

  @Test
  void keysWorkAfterwards() {
    KeptKey key = StateFormat.certificate(StateFormat.bytes(FULL)).order().orElseThrow().key();

    assertThat(key.pair().getPrivate()).isEqualTo(FULL.order().orElseThrow().key().privateKey());
  }

  @Test
  void aLaterFormatIsNamed() {
    byte[] bytes = StateFormat.bytes(FULL);
    bytes[0] = 3;

    assertThatThrownBy(() -> StateFormat.certificate(bytes))
        .hasMessage("certificates of resolvers are in format 3, this release knows 2");
  }

  /** So that members which do not know challenges by DNS name the format, and read all else. */
  @Test
  void onlyChallengesByDnsNeedTheSecondFormat() {
    assertThat(StateFormat.bytes(FULL)[0]).isEqualTo((byte) 2);
    assertThat(
            StateFormat.bytes(
                TestStates.issued("a.test")
                    .ordered(
                        TestStates.ordered(
                                new ChallengeAnswer(
                                    ChallengeKind.HTTP_01, "a.test", "token", "proof"))
                            .order()
                            .orElseThrow()))[0])
        .isEqualTo((byte) 1);
  }

  @Test
  void anUnknownChallengeIsNamed() {
    byte[] bytes = StateFormat.bytes(FULL);
    int place = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\u0003\u0000\u0006c.test");
    bytes[place] = 4;

    assertThatThrownBy(() -> StateFormat.certificate(bytes))
        .hasMessage("certificates of resolvers cannot be read")
        .hasRootCauseMessage("this release does not know challenge 4");
  }

  @Test
  void whateverElseItIsGivenIsAnErrorWithAName() {
    byte[] good = StateFormat.bytes(FULL);
    var random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = Arrays.copyOf(good, i % 2 == 0 ? good.length : random.nextInt(good.length));
      for (int change = 0; change < 3 && bad.length > 1; change++) {
        bad[1 + random.nextInt(bad.length - 1)] = (byte) random.nextInt();
      }
      try {
        StateFormat.certificate(bad);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageStartingWith("certificates of resolvers");
      }
    }
  }

  @Test
  void aLongReasonIsCut() {
    CertificateState state =
        CertificateState.of(TestStates.need("a.test"))
            .failed(new Failed(1, Instant.EPOCH, "x".repeat(100_000)), false);

    assertThat(StateFormat.certificate(StateFormat.bytes(state)).failed().orElseThrow().reason())
        .hasSize(1_000);
  }

  @Test
  void theNameOfADocumentIsTheSameForTheSameNames() {
    assertThat(CertificateState.documentName(TestStates.need("a.test", "b.test")))
        .isEqualTo(CertificateState.documentName(TestStates.need("b.test", "a.test")))
        .isNotEqualTo(CertificateState.documentName(TestStates.need("a.test")))
        .startsWith("certificate/le/");
  }

  @Test
  void nothingOfAKeyShows() {
    String secret =
        FULL.held()
            .orElseThrow()
            .key()
            .secret()
            .lend(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));

    assertThat(FULL.toString()).doesNotContain(secret).contains("********");
  }
}
