package io.phalanx.node.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.dns.ChallengeRecord;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DnsEntryTest {
  private static final DnsEntry ENTRY =
      new DnsEntry(
          "le",
          new ChallengeRecord("a.test", "token", "token.p", "_acme-challenge.a.test", "value"));

  @Test
  void isReadAsItWasWritten() {
    assertThat(DnsEntry.of(ENTRY.bytes())).isEqualTo(ENTRY);
  }

  @Test
  void aLaterFormatIsNamed() {
    byte[] bytes = ENTRY.bytes();
    bytes[0] = 2;

    assertThatThrownBy(() -> DnsEntry.of(bytes))
        .hasMessage("records of resolvers are in format 2, this release knows 1");
  }

  @Test
  void whateverElseItIsGivenIsAnErrorWithAName() {
    byte[] good = ENTRY.bytes();
    var random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length - 1));
      bad[random.nextInt(bad.length)] = (byte) random.nextInt();

      assertThatThrownBy(() -> DnsEntry.of(bad))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("records of resolvers");
    }
  }

  @Test
  void eachValueHasADocumentOfItsOwn() {
    var other =
        new DnsEntry(
            "le", new ChallengeRecord("a.test", "two", "two.p", "_acme-challenge.a.test", "other"));

    assertThat(ENTRY.documentName())
        .startsWith("record/le/")
        .isEqualTo(DnsEntry.of(ENTRY.bytes()).documentName())
        .isNotEqualTo(other.documentName());
  }
}
