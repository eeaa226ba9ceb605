package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecoderTest {
  enum Strategy {
    WRR,
    FAIR_SHARE
  }

  record Scalars(
      @Default("text") String text,
      boolean truth,
      int number,
      @Default("7") long big,
      double fraction,
      @Default("1m30s") Duration delay,
      @Default("fair-share") Strategy strategy,
      Optional<Secret> token,
      Optional<Boolean> maybe,
      @Default("a, b") List<String> words,
      List<Integer> numbers,
      Map<String, Integer> counts) {}

  record Nested(@Default("x") String name, Inner inner, @AllowEmpty Optional<Inner> on) {}

  record Inner(@Default("5") int depth, Optional<Inner> deeper) {}

  record Required(String name, Duration delay, Secret key) {}

  record Ranged(int percent) {
    Ranged {
      if (percent > 100) {
        throw new IllegalArgumentException("percent is at most 100, not " + percent);
      }
    }
  }

  record Free(Optional<Plugins> plugins, Optional<Tree> anything) {}

  @FreeForm
  record Plugins(Tree.Mapping options) {}

  @Test
  void whatIsAbsentHasItsDefault() {
    assertThat(decoded("{}", Scalars.class))
        .isEqualTo(
            new Scalars(
                "text",
                false,
                0,
                7,
                0,
                Duration.ofSeconds(90),
                Strategy.FAIR_SHARE,
                Optional.empty(),
                Optional.empty(),
                List.of("a", "b"),
                List.of(),
                Map.of()));
  }

  @Test
  void keysMatchWhateverTheirCaseAndValuesAreRead() {
    assertThat(
            decoded(
                """
                TEXT: 5
                Truth: T
                number: "-3"
                big: 9223372036854775807
                fraction: 1.5e3
                delay: 2
                strategy: FairShare
                token: s3cret
                maybe: false
                words: "x , y,,"
                numbers: [1, "2"]
                counts: {Upper: 1, upper: 2}
                """,
                Scalars.class))
        .isEqualTo(
            new Scalars(
                "5",
                true,
                -3,
                Long.MAX_VALUE,
                1500,
                Duration.ofSeconds(2),
                Strategy.FAIR_SHARE,
                Optional.of(new Secret("s3cret")),
                Optional.of(false),
                List.of("x", "y"),
                List.of(1, 2),
                Map.of("Upper", 1, "upper", 2)));
  }

  @Test
  void itemsOfARealListKeepTheirCommas() {
    assertThat(decoded("words: ['a,b', c]", Scalars.class).words()).containsExactly("a,b", "c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "truth: yes|truth: \"yes\" is neither true nor false",
        "number: 1.5|number: \"1.5\" is not a whole number",
        "number: 3000000000|number: 3000000000 is not within 32 bits",
        "big: 99999999999999999999|big: \"99999999999999999999\" is not a whole number",
        "fraction: 1d|fraction: \"1d\" is not a number",
        "fraction: NaN|fraction: \"NaN\" is not a number",
        "fraction: 1e999|fraction: \"1e999\" is not a number",
        "strategy: faresharing|strategy: \"faresharing\" is none of wrr, fair-share",
        "strategy: wr|strategy: \"wr\" is none of wrr, fair-share; did you mean \"wrr\"?",
        "text: [a]|text: a single value is expected",
        "text: {a: b}|text: a single value is expected",
        "words: {a: b}|words: a list is expected",
        "numbers: [1, x]|numbers[1]: \"x\" is not a whole number",
        "numbers: 1, x|numbers[1]: \"x\" is not a whole number",
        "counts: {a: x}|counts.a: \"x\" is not a whole number",
        "counts: text|counts: a block is expected",
      })
  void whatCannotBeReadIsReportedAtItsPath(String text, String problem) {
    assertThat(problems(text, Scalars.class)).containsExactly("f.yml:1: " + problem);
  }

  @Test
  void aDurationThatCannotBeReadIsReported() {
    assertThat(problems("delay: soon", Scalars.class))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("delay: \"soon\" is not a duration"));
  }

  @Test
  void whatHasNoDefaultIsRequired() {
    assertThat(problems("{}", Required.class))
        .containsExactly(
            "f.yml:1: name: is required",
            "f.yml:1: delay: is required",
            "f.yml:1: key: is required");
  }

  @Test
  void unknownKeysAreReportedWithWhatWasMeant() {
    assertThat(problems("nmae: x\nsourdough: 1\nINNER: {depth: 3}\n", Nested.class))
        .containsExactly(
            "f.yml:1: nmae: unknown key; did you mean \"name\"?",
            "f.yml:2: sourdough: unknown key");
  }

  @Test
  void aKeyThatIsKnownOneLevelDownOrUpIsPutRight() {
    assertThat(problems("depth: 1\ninner:\n  name: x\n", Nested.class))
        .containsExactly(
            "f.yml:1: depth: unknown key; it belongs in \"inner\"",
            "f.yml:3: inner.name: unknown key; it belongs one level up");
  }

  @Test
  void aKeyMayNotStandTwiceInDifferentCase() {
    assertThat(problems("name: x\nNAME: y\n", Nested.class))
        .containsExactly("f.yml:2: NAME: is given twice, also as \"name\"");
  }

  @Test
  void absentBlocksAreMadeOfTheirDefaults() {
    assertThat(decoded("{}", Nested.class))
        .isEqualTo(new Nested("x", new Inner(5, Optional.empty()), Optional.empty()));
  }

  @Test
  void aBlockWithoutOptionsIsAMistake() {
    assertThat(problems("name: x\ninner: {}\n", Nested.class))
        .containsExactly("f.yml:2: inner: stands there without options");
    assertThat(problems("inner:\n  deeper: {}\n", Nested.class))
        .containsExactly("f.yml:2: inner.deeper: stands there without options");
  }

  @ParameterizedTest
  @ValueSource(strings = {"on: {}", "on: true", "on: TRUE", "on: {depth: 5}"})
  void aBlockThatMayBeEmptyIsTurnedOnWithDefaults(String text) {
    assertThat(decoded(text, Nested.class).on()).contains(new Inner(5, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"on: false", "on: False", "on:", "{}"})
  void aBlockThatMayBeEmptyIsOffWithoutIt(String text) {
    assertThat(decoded(text, Nested.class).on()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"on: yes", "on: ''", "on: 1"})
  void noOtherScalarTurnsABlockOnOrOff(String text) {
    assertThat(problems(text, Nested.class))
        .containsExactly("f.yml:1: on: a block of options is expected, or true, or false");
  }

  @Test
  void aScalarIsNoBlock() {
    assertThat(problems("inner: true", Nested.class))
        .containsExactly("f.yml:1: inner: a block is expected");
  }

  @Test
  void whatAConstructorRefusesIsReportedAtTheBlock() {
    assertThat(problems("percent: 101", Ranged.class))
        .containsExactly("f.yml:1: percent is at most 100, not 101");
  }

  @Test
  void freeFormBlocksAreKeptAsTheyAre() {
    Free free = decoded("plugins: {My: {deep: [1, {x: y}]}}\nanything: [a]\n", Free.class);

    assertThat(Encoder.json(free.plugins().orElseThrow().options()))
        .isEqualTo("{\"My\":{\"deep\":[\"1\",{\"x\":\"y\"}]}}");
    assertThat(free)
        .isEqualTo(decoded("\n\nplugins:\n  My: {deep: [1, {x: y}]}\nanything: [a]\n", Free.class));
  }

  @Test
  void countlessMistakesAreCounted() {
    var text = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      text.append("nam").append(i).append(": 1\n");
    }

    Decoded<Nested> decoded =
        new Decoder(Map.of())
            .decode(YamlReader.read("f.yml", text.toString()).tree(), Nested.class);

    assertThat(decoded.problems()).hasSize(1_001);
    assertThat(decoded.problems().getLast().message()).isEqualTo("and 99000 more mistakes");
  }

  @Test
  void secretsAreNotInMistakes() {
    assertThat(problems("name: n\ndelay: 1s\nkey: [s3cret]\n", Required.class))
        .containsExactly("f.yml:3: key: a single value is expected");
    assertThat(new Required("n", Duration.ZERO, new Secret("s3cret")).toString())
        .doesNotContain("s3cret");
  }

  private static <T extends Record> T decoded(String text, Class<T> type) {
    Decoded<T> decoded = decode(text, type);
    assertThat(decoded.problems()).isEmpty();
    return decoded.value().orElseThrow();
  }

  private static <T extends Record> List<String> problems(String text, Class<T> type) {
    Decoded<T> decoded = decode(text, type);
    assertThat(decoded.value()).isEmpty();
    return decoded.problems().stream().map(Object::toString).toList();
  }

  private static <T extends Record> Decoded<T> decode(String text, Class<T> type) {
    Parsed parsed = YamlReader.read("f.yml", text);
    assertThat(parsed.problems()).isEmpty();
    Tree.Mapping tree =
        parsed.tree().entries().isEmpty()
            ? Tree.Mapping.empty(new Place("f.yml", 1))
            : parsed.tree();
    return new Decoder(Map.of()).decode(tree, type);
  }
}
