package io.phalanx.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static List<String> differences(String want, String got) {
    return Comparison.differences(Yaml.read(want), Yaml.read(got));
  }

  @Test
  void theSameIsTheSameWhateverTheOrderOfKeys() {
    assertThat(differences("{a: 1, b: [x, {c: true}]}", "{b: [x, {c: true}], a: 1}")).isEmpty();
    assertThat(Comparison.differences(List.of(Map.of("n", 1)), List.of(Map.of("n", 1L)))).isEmpty();
  }

  @Test
  void whatIsMissingAndWhatIsTooMuchDiffers() {
    assertThat(differences("{a: 1}", "{}")).containsExactly(".a: want 1 got <absent>");
    assertThat(differences("{}", "{a: 1}")).containsExactly(".a: want <absent> got 1");
    assertThat(differences("[1, 2]", "[1]")).hasSize(1);
    assertThat(differences("{a: null}", "{a: ''}")).hasSize(1);
  }

  @Test
  void orderCountsButNotAmongHeaders() {
    assertThat(differences("[a, b]", "[b, a]")).hasSize(2);
    assertThat(differences("{headers: [[a, '1'], [b, '2']]}", "{headers: [[b, '2'], [a, '1']]}"))
        .isEmpty();
    assertThat(differences("{headers: [[a, '1']]}", "{headers: [[a, '2'], [c, '3']]}"))
        .containsExactly(".headers: missing [[a, 1]]", ".headers: extra [[a, 2], [c, 3]]");
  }

  @Test
  void theTypeOfAValueCounts() {
    assertThat(Comparison.differences("1", 1)).hasSize(1);
    assertThat(Comparison.differences(true, "true")).hasSize(1);
  }
}
