package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class JsonReaderTest {
  @Test
  void scalarsStayAsTheyWereWritten() {
    Parsed parsed =
        read("{\"a\": 1.50, \"b\": true, \"c\": \"\\u00e9\", \"d\": 1e3, \"e\": [0, -7]}");

    assertThat(parsed.problems()).isEmpty();
    assertThat(Encoder.json(parsed.tree()))
        .isEqualTo(
            """
            {"a":"1.50","b":"true","c":"é","d":"1e3","e":["0","-7"]}\
            """);
  }

  @Test
  void nullIsAsIfItWereNotThere() {
    assertThat(Encoder.json(read("{\"a\": null, \"b\": [null, 1], \"c\": {}}").tree()))
        .isEqualTo("{\"b\":[\"1\"],\"c\":{}}");
  }

  @Test
  void everythingHasTheLineInWhichItStands() {
    Tree.Mapping tree = read("{\n\"a\": {\n  \"b\":\n  [1,\n 2]\n}}").tree();

    assertThat(Tree.placeOf(tree, "a")).isEqualTo(new Place("f.json", 2));
    assertThat(Tree.placeOf(tree, "a.b").line()).isEqualTo(3);
    assertThat(Tree.placeOf(tree, "a.b[1]").line()).isEqualTo(5);
  }

  @Test
  void aNameThatStandsTwiceIsRefused() {
    assertRefused("{\"a\": 1,\n\"b\": 2,\n\"a\": 3}", 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'a': 1}", "{", "[1]", "5", "{} {}", "{\"a\": 1,}", "{\"a\": 01}", "{a: 1}"})
  void whatIsNotOneObjectIsRefused(String text) {
    assertRefused(text, 1);
  }

  @Test
  void textWithoutContentIsAnEmptyTree() {
    assertThat(read(" \n")).isEqualTo(Parsed.of(Tree.Mapping.EMPTY));
    assertThat(read("null")).isEqualTo(Parsed.of(Tree.Mapping.EMPTY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":["})
  void deepNestingIsRefused(String level) {
    assertRefused("{\"a\":" + level.repeat(100_000), 0);
  }

  @Test
  void aTreeMayBeAsDeepAsTheLimit() {
    String text = "{\"a\":" + "[".repeat(99) + "]".repeat(99) + "}";

    assertThat(read(text).problems()).isEmpty();
  }

  @Test
  void textThatIsTooLongIsRefused() {
    assertRefused("{\"a\": \"" + "x".repeat(ReadLimits.MAX_CHARACTERS) + "\"}", 0);
  }

  @Test
  void tooManyValuesAreRefused() {
    assertRefused("{\"a\": [" + "1,".repeat(4_100_000) + "1]}", 0);
  }

  private static void assertRefused(String text, int line) {
    Parsed parsed = read(text);

    assertThat(parsed.tree().entries()).isEmpty();
    assertThat(parsed.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.source()).isEqualTo("f.json");
              assertThat(problem.line()).isEqualTo(line);
            });
  }

  private static Parsed read(String text) {
    return JsonReader.read("f.json", text);
  }
}
