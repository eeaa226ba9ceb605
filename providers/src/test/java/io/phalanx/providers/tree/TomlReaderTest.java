package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class TomlReaderTest {
  private static final String ROUTERS =
      """
      zeta = 1_000

      [http.routers.app]
        rule = "Host(`a.test`)"
        entryPoints = ["web",
          "other"]
      [[http.services.s.loadBalancer.servers]]
        url = 'http://one'
      [[http.services.s.loadBalancer.servers]]
        url = "http://two"
        preservePath = true
      """;

  @Test
  void tablesAndArraysBecomeBlocksAndLists() {
    Parsed parsed = read(ROUTERS);

    assertThat(parsed.problems()).isEmpty();
    assertThat(Encoder.json(parsed.tree()))
        .isEqualTo(
            """
            {"zeta":"1000","http":{"routers":{"app":{"rule":"Host(`a.test`)",\
            "entryPoints":["web","other"]}},"services":{"s":{"loadBalancer":{"servers":[\
            {"url":"http://one"},{"url":"http://two","preservePath":"true"}]}}}}}\
            """);
  }

  @Test
  void everythingHasTheLineInWhichItStands() {
    Tree.Mapping tree = read(ROUTERS).tree();

    assertThat(Tree.placeOf(tree, "http.routers.app").line()).isEqualTo(3);
    assertThat(Tree.placeOf(tree, "http.routers.app.entryPoints[1]").line()).isEqualTo(6);
    assertThat(Tree.placeOf(tree, "http.services.s.loadBalancer.servers[1].url").line())
        .isEqualTo(10);
  }

  @Test
  void mistakesOfSyntaxHaveTheirLines() {
    Parsed parsed = read("a = 1\nb = \"x\na = 2\n");

    assertThat(parsed.tree().entries()).isEmpty();
    assertThat(parsed.problems()).isNotEmpty();
    assertThat(parsed.problems().getFirst().line()).isEqualTo(2);
    assertThat(parsed.problems().getFirst().message()).startsWith("not valid TOML: ");
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    assertThat(read("a = 1\nb = 1\na = 2\n").problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.line()).isEqualTo(3));
  }

  @Test
  void bracketsInStringsAndCommentsAreNoNesting() {
    String rule =
        """
        # [[[ {{
        a%1$d = "[\\"[{"
        b%1$d = '[[{'
        c%1$d = \"""[
        [ " { \\\""" \"""
        d%1$d = '''
        [[[ ' {'''
        """;
    var text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append(rule.formatted(i));
    }

    assertThat(read(text.toString()).problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a = ", "[{b=[", "[ # ]\n"})
  void deepNestingIsRefused(String level) {
    assertTooDeep("a = " + level.repeat(100_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.%sb = 1\n", "[a.%sb]\n", "[[a.%sb]]\n", "x = {a.%sb = 1}\n"})
  void deepNestingByDotsIsRefused(String text) {
    assertTooDeep(text.formatted("a.".repeat(5_000)));
  }

  @Test
  void textThatIsTooLongIsRefused() {
    assertThat(read("#".repeat(ReadLimits.MAX_TOML_CHARACTERS + 1)).problems())
        .containsExactly(new Problem("f.toml", 0, "", "longer than 4194304 characters"));
  }

  private static void assertTooDeep(String text) {
    Parsed parsed = read(text);

    assertThat(parsed.tree().entries()).isEmpty();
    assertThat(parsed.problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.message()).isEqualTo("blocks are nested more than 100 deep"));
  }

  private static Parsed read(String text) {
    return TomlReader.read("f.toml", text);
  }
}
