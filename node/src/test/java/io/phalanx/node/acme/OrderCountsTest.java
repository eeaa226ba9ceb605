package io.phalanx.node.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.acme.AuthorityException.Kind;
import io.phalanx.node.acme.OrderCounts.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderCountsTest {
  private final OrderCounts counts = new OrderCounts();

  private double count(String resolver, String outcome) {
    return counts.rows().getOrDefault(Map.of("resolver", resolver, "outcome", outcome), -1.0);
  }

  @Test
  void eachOutcomeOfEachResolverIsCounted() {
    counts.count("le", Outcome.ISSUED);
    counts.count("le", Outcome.of(Kind.REFUSED));
    counts.count("le", Outcome.of(Kind.REFUSED));
    counts.count("other", Outcome.of(Kind.LIMITED));

    assertThat(count("le", "issued")).isEqualTo(1);
    assertThat(count("le", "refused")).isEqualTo(2);
    assertThat(count("le", "limited")).isZero();
    assertThat(count("other", "limited")).isEqualTo(1);
  }

  @Test
  void whatIsRunIsShownBeforeAnythingIsTried() {
    counts.show("le");

    assertThat(counts.rows()).hasSize(Outcome.values().length);
    assertThat(count("le", "unreachable")).isZero();
  }
}
