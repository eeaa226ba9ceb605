package io.phalanx.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole cases with a node that serves nothing: how a run ends. */
class CaseRunIT {
  @TempDir private Path directory;

  private List<String> differences(String test) throws Exception {
    Path noCache = directory.resolve("no-cache");
    return new CaseRun(Spec.of(Yaml.read(test)), directory.resolve("case"), noCache).differences();
  }

  @Test
  void aCaseEndsAtItsFirstDifference() throws Exception {
    assertThat(
            differences(
                """
                steps: [{send: {}, only: [status]}, {wait: 600}]
                want: [{started: true}, {status: 299}, {}]
                """))
        .containsExactly("[1].status: want 299 got 404");
  }

  @Test
  void stepsAndWantsAreAsMany() throws Exception {
    assertThat(differences("{want: [{started: true}, {}]}"))
        .containsExactly("[1]: wanted, but there is no such step");
  }

  @Test
  void aNodeThatDoesNotStartIsADifference() throws Exception {
    assertThat(differences("{static_text: 'nonsense: 1', want: [{started: true}]}"))
        .containsExactly("[0].started: want true got false");
  }

  @Test
  void aCaseThatCannotBeRunIsNoDifference() {
    assertThatThrownBy(() -> differences("{upstream_tls: {cert: none, key: none}, want: []}"))
        .isInstanceOf(java.io.IOException.class);
  }
}
