package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelReaderTest {
  @Test
  void labelsBecomeATreeBelowThePrefix() {
    Parsed parsed =
        read(
            Map.of(
                "traefik.enable", "true",
                "traefik.http.routers.App.rule", "Host(`a.test`)",
                "Traefik.HTTP.routers.App.tls", "true",
                "traefikee.x", "no",
                "other", "no"));

    assertThat(parsed.problems()).isEmpty();
    assertThat(Encoder.json(parsed.tree()))
        .isEqualTo(
            """
            {"HTTP":{"routers":{"App":{"tls":"true","rule":"Host(`a.test`)"}}},"enable":"true"}\
            """);
  }

  @Test
  void namesThatDifferOnlyInCaseAreOneSpeltAsTheFirstInOrder() {
    Parsed parsed =
        read(Map.of("traefik.http.routers.app.rule", "r", "traefik.http.routers.App.service", "s"));

    assertThat(Encoder.json(parsed.tree().block("http", "routers").orElseThrow()))
        .isEqualTo("{\"App\":{\"service\":\"s\",\"rule\":\"r\"}}");
  }

  @Test
  void elementsAreOrderedByTheirNumberAndGapsClose() {
    Parsed parsed =
        read(
            Map.of(
                "traefik.http.x.domains[10].main", "c",
                "traefik.http.x.domains[2].main", "b",
                "traefik.http.x.domains[0].main", "a"));

    assertThat(Encoder.json(parsed.tree().block("http", "x").orElseThrow()))
        .isEqualTo("{\"domains\":[{\"main\":\"a\"},{\"main\":\"b\"},{\"main\":\"c\"}]}");
  }

  @Test
  void allMistakesAreReportedWithTheirLabels() {
    Parsed parsed =
        read(
            Map.of("traefik.http..x", "1", "traefik.a[x]", "2", "traefik.b", "3", "traefik.", "4"));

    assertThat(parsed.problems())
        .containsExactlyInAnyOrder(
            new Problem("container c1, traefik.http..x", 0, "http..x", "\"\" is not a key"),
            new Problem("container c1, traefik.a[x]", 0, "a[x]", "\"a[x]\" is not a key"),
            new Problem("container c1, traefik.", 0, "", "\"\" is not a key"));
  }

  @Test
  void aListIsGivenInOneWay() {
    assertThat(read(Map.of("traefik.a[0]", "1", "traefik.a.b", "2")).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.path()).isEqualTo("a"));
    assertThat(read(Map.of("traefik.a[0]", "1", "traefik.a", "2")).problems()).hasSize(1);
  }

  @Test
  void hostileLabelsAreRefused() {
    assertThat(read(Map.of("traefik." + "a.".repeat(200_000) + "b", "1")).problems()).hasSize(1);
    assertThat(read(Map.of("traefik.a" + "[0]".repeat(200_000), "1")).problems()).hasSize(1);
    assertThat(read(Map.of("traefik.a[" + "9".repeat(200_000) + "]", "1")).problems()).hasSize(1);
  }

  private static Parsed read(Map<String, String> labels) {
    return LabelReader.read("container c1", "traefik", labels);
  }
}
