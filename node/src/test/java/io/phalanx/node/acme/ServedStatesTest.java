package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.tls.IssuedCertificates;
import io.phalanx.node.tls.ServerCertificate;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServedStatesTest {
  private static final ChallengeAnswer HTTP =
      new ChallengeAnswer(ChallengeKind.HTTP_01, "h.test", "token-h", "token-h.proof");
  private static final ChallengeAnswer TLS =
      new ChallengeAnswer(ChallengeKind.TLS_ALPN_01, "t.test", "token-t", "token-t.proof");

  private final IssuedCertificates issued = new IssuedCertificates();
  private final HttpChallenges challenges = new HttpChallenges();
  private final AtomicInteger changes = new AtomicInteger();
  private final ServedStates served =
      new ServedStates(issued, challenges, () -> NOW, changes::incrementAndGet);
  private final SortedMap<String, Document> documents = new TreeMap<>();

  private void write(CertificateState state) {
    String name = CertificateState.documentName(state.need());
    documents.put(name, Document.of(name, StateFormat.bytes(state)));
  }

  @Test
  void servesWhatWasIssuedAndKeepsItsContextsWhileItStays() {
    write(TestStates.issued("a.test"));
    served.accept(documents);
    ServerCertificate first = issued.all().getFirst();
    assertThat(changes).hasValue(1);

    write(TestStates.ordered(HTTP));
    served.accept(documents);
    assertThat(issued.all()).containsExactly(first);
    assertThat(changes).hasValue(1);

    write(TestStates.issued("b.test"));
    served.accept(documents);
    assertThat(issued.all()).hasSize(2).contains(first);
    assertThat(changes).hasValue(2);
    documents.clear();
    served.accept(documents);
    assertThat(issued.all()).isEmpty();
  }

  @Test
  void answersChallengesWhileTheirOrderIsInProgress() throws Exception {
    write(TestStates.ordered(HTTP));
    write(TestStates.ordered(TLS));
    served.accept(documents);

    assertThat(challenges.authorization(HttpChallenges.PATH + "token-h")).contains("token-h.proof");
    assertThat(challenges.authorization(HttpChallenges.PATH + "token-x")).isEmpty();
    assertThat(challenges.authorization(HttpChallenges.PATH)).isEmpty();
    assertThat(challenges.authorization("/token-h")).isEmpty();
    ServerCertificate shown = issued.validation("t.test").orElseThrow();
    assertThat(shown.alternativeNames()).containsExactly("t.test");
    byte[] extension = shown.certificate().getExtensionValue("1.3.6.1.5.5.7.1.31");
    assertThat(Arrays.copyOfRange(extension, extension.length - 32, extension.length))
        .isEqualTo(MessageDigest.getInstance("SHA-256").digest("token-t.proof".getBytes(US_ASCII)));
    assertThat(shown.certificate().getCriticalExtensionOIDs()).contains("1.3.6.1.5.5.7.1.31");

    served.accept(documents);
    assertThat(issued.validation("t.test")).contains(shown);
    documents.clear();
    served.accept(documents);
    assertThat(issued.validation("t.test")).isEmpty();
    assertThat(challenges.authorization(HttpChallenges.PATH + "token-h")).isEmpty();
  }

  @Test
  void oneThatCannotBeReadLeavesTheOthersAndWhatItServedBefore() {
    write(TestStates.issued("a.test"));
    write(TestStates.issued("b.test"));
    served.accept(documents);
    String broken = CertificateState.documentName(TestStates.need("a.test"));
    documents.put(broken, Document.of(broken, new byte[] {9, 9}));
    served.accept(documents);

    assertThat(issued.all()).hasSize(2);
    assertThat(served.states()).hasSize(1);
  }

  @Test
  void accountsAreNotItsBusiness() {
    documents.put("account/le", Document.of("account/le", new byte[] {9, 9}));
    served.accept(documents);

    assertThat(served.states()).isEmpty();
  }

  @Test
  void addressesAreAskedForByTheirReverseName() {
    assertThat(ValidationCertificate.serverName("192.0.2.7")).isEqualTo("7.2.0.192.in-addr.arpa");
    assertThat(ValidationCertificate.serverName("2001:db8:0:0:0:0:0:1"))
        .startsWith("1.0.0.0.")
        .endsWith(".8.b.d.0.1.0.0.2.ip6.arpa");
    assertThat(ValidationCertificate.serverName("a.test")).isEqualTo("a.test");
  }
}
