package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {
  private static final List<String> KNOWN =
      List.of("entryPoints", "middlewares", "service", "services", "rule", "tls");

  @ParameterizedTest
  @CsvSource({
    "entryPiont,entryPoints",
    "entry-points,entryPoints",
    "ENTRY_POINTS,entryPoints",
    "middleware,middlewares",
    "sevrice,service",
    "servics,service",
    "rules,rule",
    "entry,entryPoints"
  })
  void findsTheNearestWord(String word, String meant) {
    assertThat(DidYouMean.among(word, KNOWN)).isEqualTo("; did you mean \"" + meant + "\"?");
  }

  @ParameterizedTest
  @CsvSource({"sourdough", "ping", "tcp-x", "x"})
  void isSilentIfNoWordIsNear(String word) {
    assertThat(DidYouMean.among(word, KNOWN)).isEmpty();
  }

  @Test
  void longWordsCostNothing() {
    assertThat(DidYouMean.among("a".repeat(1_000_000), KNOWN)).isEmpty();
  }
}
