package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.acme.ListedCertificate;
import io.phalanx.node.acme.ListedCertificate.Attempt;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertAnswersTest {
  private static final ListedCertificate ONE = wanted("a.test");
  private static final ListedCertificate BOTH = wanted("a.test", "b.test");

  private static ListedCertificate wanted(String... names) {
    return new ListedCertificate(
        Optional.of("le"),
        List.of(names),
        List.of(),
        false,
        true,
        false,
        Optional.of(Instant.MIN),
        Optional.of(new Attempt(2, "no such host")),
        Optional.empty());
  }

  @Test
  void oneIsNamedByAllOfItsNamesOrByOneThatNoOtherHas() throws Exception {
    List<ListedCertificate> all = List.of(ONE, BOTH);

    assertThat(CertAnswers.named(all, "A.test")).isEqualTo(ONE);
    assertThat(CertAnswers.named(all, "b.test")).isEqualTo(BOTH);
    assertThat(CertAnswers.named(all, "b.test,a.test")).isEqualTo(BOTH);
    assertThatThrownBy(() -> CertAnswers.named(all, "c.test"))
        .hasMessageStartingWith("there is no certificate \"c.test\"");
  }

  @Test
  void whatSeveralHaveIsToldWithAllOfThem() {
    assertThatThrownBy(() -> CertAnswers.named(List.of(BOTH, wanted("a.test", "c.test")), "a.test"))
        .hasMessageContaining("several certificates have the name \"a.test\"")
        .hasMessageContaining("a.test,b.test\n  resolver le, failed\n  ordered now")
        .hasMessageContaining("failed 2 times: no such host")
        .hasMessageContaining("a.test,c.test");
  }
}
