package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static io.phalanx.node.acme.TestStates.issued;
import static io.phalanx.node.acme.TestStates.need;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Instruction.Revoke;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InstructionsTest {
  private static final CertificateState HELD = issued("a.test", "b.test");
  private static final Revoke REVOKE =
      new Revoke(
          HELD.need(),
          HELD.held().map(Held::certificate).orElseThrow(),
          RevocationReason.KEY_COMPROMISE,
          Optional.empty());

  private final Instructions instructions = new Instructions();
  private final SortedMap<String, Document> documents = new TreeMap<>();

  private void write(Instruction instruction) {
    documents.put(
        instruction.documentName(),
        Document.of(instruction.documentName(), InstructionFormat.bytes(instruction)));
  }

  @Test
  void areReadAsTheyWereWritten() {
    for (Instruction one :
        List.of(
            Renew.of(HELD),
            Renew.of(CertificateState.of(need("c.test")).failed(new Failed(7, NOW, "no"), false)),
            REVOKE,
            REVOKE.failed(new Failed(2, NOW, "not yours")))) {
      assertThat(InstructionFormat.instruction(InstructionFormat.bytes(one))).isEqualTo(one);
    }
  }

  @Test
  void aLaterFormatIsNamedAndWhateverElseIsAnErrorWithAName() {
    byte[] good = InstructionFormat.bytes(REVOKE);
    byte[] later = good.clone();
    later[0] = 2;
    assertThatThrownBy(() -> InstructionFormat.instruction(later))
        .hasMessage("instructions for certificates are in format 2, this release knows 1");
    var random = new Random(2);
    for (int i = 0; i < 1_000; i++) {
      byte[] bad = Arrays.copyOf(good, i % 2 == 0 ? good.length : random.nextInt(good.length));
      for (int change = 0; change < 3 && bad.length > 1; change++) {
        bad[1 + random.nextInt(bad.length - 1)] = (byte) random.nextInt();
      }
      try {
        InstructionFormat.instruction(bad);
      } catch (IllegalStateException e) {
        assertThat(e).hasMessageStartingWith("instructions for certificates");
      }
    }
  }

  @Test
  void areToldWhenTheyChange() {
    var changes = new AtomicInteger();
    instructions.whenChanged(changes::incrementAndGet);
    write(REVOKE);
    write(Renew.of(HELD));
    instructions.accept(documents);
    instructions.accept(documents);

    assertThat(changes).hasValue(1);
    assertThat(instructions.revocations()).containsExactly(REVOKE);
    assertThat(instructions.renewals())
        .containsExactly(
            java.util.Map.entry(CertificateState.documentName(HELD.need()), Renew.of(HELD)));
    documents.clear();
    instructions.accept(documents);
    assertThat(changes).hasValue(2);
    assertThat(instructions.revocations()).isEmpty();
  }

  @Test
  void oneThatCannotBeReadLeavesTheOthers() {
    write(REVOKE);
    documents.put("renewal/le/1", Document.of("renewal/le/1", new byte[] {9, 9}));
    documents.put("certificate/le/1", Document.of("certificate/le/1", new byte[] {9, 9}));
    instructions.accept(documents);

    assertThat(instructions.renewals()).isEmpty();
    assertThat(instructions.revocations()).containsExactly(REVOKE);
  }

  @Test
  void twoCertificatesOfOneNeedCanBeRevoked() {
    CertificateState other = issued("a.test", "b.test");
    var second =
        new Revoke(
            other.need(),
            other.held().orElseThrow().certificate(),
            RevocationReason.SUPERSEDED,
            Optional.empty());

    assertThat(second.documentName()).isNotEqualTo(REVOKE.documentName());
    assertThat(REVOKE.isOf(HELD)).isTrue();
    assertThat(REVOKE.isOf(other)).isFalse();
    assertThat(HELD.revoked().held()).isEmpty();
  }

  @Test
  void namesOfDocumentsAreNoLongerThanThoseOfCertificates() {
    int length = CertificateState.documentName(HELD.need()).length();

    assertThat(REVOKE.documentName().length()).isLessThanOrEqualTo(length);
    assertThat(Renew.of(HELD).documentName().length()).isLessThanOrEqualTo(length);
  }
}
