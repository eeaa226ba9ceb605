package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class YamlReaderTest {
  @Test
  void scalarsStayAsTheyWereWritten() {
    Parsed parsed = read("{a: 0x10, b: 1.50, c: yes, d: 'null', e: 007, f: 1_000, g: \"\"}");

    assertThat(parsed.problems()).isEmpty();
    assertThat(json(parsed))
        .isEqualTo(
            """
            {"a":"0x10","b":"1.50","c":"yes","d":"null","e":"007","f":"1_000","g":""}\
            """);
  }

  @Test
  void nullIsAsIfItWereNotThere() {
    Parsed parsed = read("a:\nb: ~\nc: null\nd: NULL\ne: [~, x, null]\nf: {}\n");

    assertThat(json(parsed)).isEqualTo("{\"e\":[\"x\"],\"f\":{}}");
  }

  @Test
  void everythingHasTheLineInWhichItStands() {
    Tree.Mapping tree =
        read("http:\n\n  routers:\n    app:\n      rule: x\n      entryPoints:\n        - web\n")
            .tree();

    assertThat(Tree.placeOf(tree, "http")).isEqualTo(new Place("f.yml", 1));
    assertThat(Tree.placeOf(tree, "http.routers.app")).isEqualTo(new Place("f.yml", 4));
    assertThat(Tree.placeOf(tree, "http.routers.app.rule")).isEqualTo(new Place("f.yml", 5));
    assertThat(Tree.placeOf(tree, "http.routers.app.entryPoints[0]"))
        .isEqualTo(new Place("f.yml", 7));
  }

  @Test
  void aBlockHasThePlaceOfItsKey() {
    Tree.Mapping tree = read("a: 1\nweb:\n  # about it\n  x: 1\n").tree();

    assertThat(tree.entry("web").orElseThrow().value().place().line()).isEqualTo(2);
  }

  @Test
  void aliasesStandForWhatTheirAnchorMarks() {
    Parsed parsed = read("a: &one {x: 1}\nb: *one\nc: &two text\nd: [*two, *one]\n");

    assertThat(json(parsed))
        .isEqualTo(
            """
            {"a":{"x":"1"},"b":{"x":"1"},"c":"text","d":["text",{"x":"1"}]}\
            """);
  }

  @Test
  void mergeKeysBringInWhatIsNotGivenBesideThem() {
    Parsed parsed =
        read(
            """
            base: &base {x: 1, y: 2}
            other: &other {y: 3, z: 4}
            one: {<<: *base, y: own}
            many:
              <<: [*other, *base]
            """);

    assertThat(parsed.problems()).isEmpty();
    assertThat(Encoder.json(parsed.tree().block("one").orElseThrow()))
        .isEqualTo("{\"y\":\"own\",\"x\":\"1\"}");
    assertThat(Encoder.json(parsed.tree().block("many").orElseThrow()))
        .isEqualTo("{\"y\":\"3\",\"z\":\"4\",\"x\":\"1\"}");
  }

  @Test
  void aQuotedMergeKeyIsAKey() {
    assertThat(json(read("\"<<\": {x: 1}"))).isEqualTo("{\"<<\":{\"x\":\"1\"}}");
  }

  @Test
  void aMergeKeyTakesOnlyBlocks() {
    assertThat(read("a: 1\n<<: [{x: 1}, text]\n").problems())
        .containsExactly(new Problem("f.yml", 2, "", "<< takes a block or a list of blocks"));
  }

  @Test
  void keysThatStandTwiceAreAllReportedWithTheirLines() {
    Parsed parsed = read("a: 1\nb: {c: 1, c: 2}\na: 3\n");

    assertThat(parsed.problems())
        .containsExactly(
            new Problem("f.yml", 2, "", "key \"c\" stands here a second time, first in line 2"),
            new Problem("f.yml", 3, "", "key \"a\" stands here a second time, first in line 1"));
  }

  @Test
  void aMistakeOfSyntaxHasItsLine() {
    Parsed parsed = read("a: 1\nb: [1, 2\nc: 3\n");

    assertThat(parsed.tree().entries()).isEmpty();
    assertThat(parsed.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.line()).isEqualTo(3);
              assertThat(problem.message()).startsWith("not valid YAML: ");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# nothing\n", "---\n", "~", "--- null\n...\n"})
  void textWithoutContentIsAnEmptyTree(String text) {
    assertThat(read(text)).isEqualTo(new Parsed(Tree.Mapping.EMPTY, java.util.List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "- a\n- b\n", "5"})
  void theRootIsABlock(String text) {
    assertThat(read(text).problems())
        .containsExactly(new Problem("f.yml", 1, "", "a block of keys is expected"));
  }

  @Test
  void aSecondDocumentIsRefused() {
    assertThat(read("a: 1\n---\nb: 2\n").problems())
        .containsExactly(
            new Problem("f.yml", 2, "", "a second document begins; a file is one document"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"? [a, b]\n: 1\n", "? {a: b}\n: 1\n", "~: 1\n"})
  void aKeyIsText(String text) {
    assertThat(read(text).problems())
        .containsExactly(new Problem("f.yml", 1, "", "a key must be text"));
  }

  @Test
  void anAliasMayNotReferToWhatItIsIn() {
    assertThat(read("a: &a [*a]\n").problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("*a refers to no anchor"));
  }

  @Test
  void aliasBombsAreRefused() {
    String bomb =
        "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + IntStream.range(1, 12)
                .mapToObj(
                    i -> "a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)))
                .collect(Collectors.joining());

    assertRefused(read(bomb), "has more than 2000000 values, aliases followed");
  }

  @Test
  void aliasesMayNotMakeATreeDeeperThanTextMay() {
    String deep =
        IntStream.range(1, 120)
            .mapToObj(i -> "a%d: &a%d [*a%d]\n".formatted(i, i, i - 1))
            .collect(Collectors.joining("", "a0: &a0 [x]\n", ""));

    assertRefused(read(deep), "blocks are nested more than 100 deep");
  }

  @Test
  void mergeBombsAreRefused() {
    String bomb =
        IntStream.range(1, 60)
            .mapToObj(
                i -> "a%d: &a%d {<<: [*a%d, *a%d], k%d: 1}\n".formatted(i, i, i - 1, i - 1, i))
            .collect(Collectors.joining("", "a0: &a0 {x: 1}\n", ""));

    assertRefused(read(bomb), "has more than 2000000 values, aliases followed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? ", "a: [", "- - ? "})
  void deepNestingIsRefused(String level) {
    assertRefused(read(level.repeat(100_000)), "blocks are nested more than 100 deep");
  }

  @Test
  void textThatIsTooLongIsRefused() {
    assertRefused(
        read("a: " + "x".repeat(ReadLimits.MAX_CHARACTERS)), "longer than 16777216 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: %s", "%s: a", "a: '%s'", "a: !%s b", "a: &%s b", "a: |\n  %s", "#%s"})
  void longWordsAreReadInTime(String text) {
    assertThat(read(text.formatted("x".repeat(ReadLimits.MAX_CHARACTERS - 100)))).isNotNull();
  }

  @Test
  void tooManyValuesAreRefusedBeforeTheyTakeMemory() {
    assertRefused(
        read("a:\n" + "- \"\"\n".repeat(2_500_000)),
        "has more than 2000000 values, aliases followed");
  }

  @Test
  void countlessMistakesAreCounted() {
    Parsed parsed = read("a: 1\n" + "a: 1\n".repeat(1_500));

    assertThat(parsed.problems()).hasSize(1_001);
    assertThat(parsed.problems().getLast().message()).isEqualTo("and 500 more mistakes");
  }

  private static void assertRefused(Parsed parsed, String message) {
    assertThat(parsed.tree().entries()).isEmpty();
    assertThat(parsed.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).isEqualTo(message));
  }

  private static Parsed read(String text) {
    return YamlReader.read("f.yml", text);
  }

  private static String json(Parsed parsed) {
    return Encoder.json(parsed.tree());
  }
}
