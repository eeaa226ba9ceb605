package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagReaderTest {
  @Test
  void oneOrTwoDashesAndEqualsOrASpace() {
    assertThat(json("--a.b=1", "-c=2", "--d", "3", "-e", "4", "--f=", "--g=x=y"))
        .isEqualTo(
            """
            {"a":{"b":"1"},"c":"2","d":"3","e":"4","f":"","g":"x=y"}\
            """);
  }

  @Test
  void aFlagWithoutAValueIsTrue() {
    assertThat(json("--ping", "--a.b", "--c"))
        .isEqualTo(
            """
            {"ping":"true","a":{"b":"true"},"c":"true"}\
            """);
  }

  @Test
  void aNegativeNumberIsAValue() {
    assertThat(json("--a", "-1", "-b")).isEqualTo("{\"a\":\"-1\",\"b\":\"true\"}");
  }

  @Test
  void aFlagThatComesAgainAppendsToItsList() {
    assertThat(json("--a=x, y", "--A=z")).isEqualTo("{\"a\":[\"x\",\"y\",\"z\"]}");
  }

  @Test
  void elementsAreOrderedByTheirNumber() {
    assertThat(json("--d[10].main=ten", "--d[2].main=two", "--d[2].sans=s", "--e[0][1]=x"))
        .isEqualTo(
            """
            {"d":[{"main":"two","sans":"s"},{"main":"ten"}],"e":[["x"]]}\
            """);
  }

  @Test
  void aBlockMayBeTurnedOnBesideItsOptions() {
    assertThat(json("--ping", "--ping.entrypoint=web"))
        .isEqualTo("{\"ping\":{\"entrypoint\":\"web\"}}");
  }

  @Test
  void aBlockTakesNoOtherValueBesideItsOptions() {
    assertThat(FlagReader.read(List.of("--ping=false", "--ping.entrypoint=web")).problems())
        .containsExactly(
            new Problem("--ping", 0, "ping", "has options of its own and takes no value but true"));
  }

  @Test
  void twoDashesEndTheFlags() {
    assertThat(json("--a=1", "--", "--b=2")).isEqualTo("{\"a\":\"1\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "-",
        "---a",
        "--=x",
        "--a..b",
        "--.a",
        "--a.",
        "--a[",
        "--a[]",
        "--a[x]",
        "--a[0",
        "--a]0[",
        "--[0]",
        "--a[-1]",
        "--a[0]b",
        "--a[1234567]"
      })
  void whatIsNoFlagIsReported(String argument) {
    Parsed parsed = FlagReader.read(List.of("--good=1", argument));

    assertThat(parsed.problems()).hasSize(1);
    assertThat(Encoder.json(parsed.tree())).isEqualTo("{\"good\":\"1\"}");
  }

  @Test
  void allMistakesAreReported() {
    assertThat(FlagReader.read(List.of("--a..b=1", "--c[x]=1", "run")).problems()).hasSize(3);
  }

  @Test
  void problemsNameTheFlag() {
    Parsed parsed = FlagReader.read(List.of("--log.level=LOUD"));

    assertThat(Tree.placeOf(parsed.tree(), "log.level")).isEqualTo(new Place("--log.level", 0));
  }

  @Test
  void deepPathsAreRefused() {
    assertThat(FlagReader.read(List.of("--" + "a.".repeat(100_000) + "a=1")).problems()).hasSize(1);
    assertThat(FlagReader.read(List.of("--a" + "[0]".repeat(100_000) + "=1")).problems())
        .hasSize(1);
  }

  private static String json(String... arguments) {
    Parsed parsed = FlagReader.read(List.of(arguments));
    assertThat(parsed.problems()).isEmpty();
    return Encoder.json(parsed.tree());
  }
}
