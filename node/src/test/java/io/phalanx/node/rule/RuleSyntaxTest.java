package io.phalanx.node.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleSyntaxTest {
  private static Condition condition(String rule) throws RuleSyntaxException {
    return Rule.parse(rule).condition();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "\"/plain\"; /plain",
        "\"/a\\\"b\\\\c\"; /a\"b\\c",
        "\"/\\x41\\101\\u0041\\U00000041\"; /AAAA",
        "\"/\\xc3\\xa4\\u00e4ä\"; /äää",
        "\"/\\U0001F600😀\"; /😀😀",
        "\"/a`b\"; /a`b",
        "`/a\\n\"b`; /a\\n\"b"
      })
  void textsAreThoseOfGo(String text, String path) throws RuleSyntaxException {
    assertThat(condition("Path(" + text + ")")).isEqualTo(new Condition.PathIs(path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "Path(`/a`) &&; at character 14: expected a matcher such as Host(`example.com`), found the"
            + " end of the rule",
        "Path(`/a`) & Path(`/b`); at character 12: expected &&",
        "Path(`/a`; at character 10: expected , or ), found the end of the rule",
        "Path `/a`; at character 6: expected (, found /a",
        "Path(`/a`) Path(`/b`); at character 12: expected &&, || or the end, found Path",
        "Host(`a`) && Path(`b`); at character 14: Path: path \"b\" does not start with /",
        "Method(`GET`, `PUT`); at character 1: Method takes 1 argument, not 2",
        "Header(`X-A`); at character 1: Header takes 2 arguments, not 1",
        "Query(); at character 1: Query takes 1 or 2 arguments, not 0",
        "Query(`a`, ``); at character 1: an argument of Query is empty",
        "PathRegexp(`(`); at character 1: PathRegexp: missing closing )",
        "PathRegexp(`((a{1000}){1000}){1000}`); at character 1: PathRegexp: a regular expression",
        "ClientIP(`10.0.0.0/99`); at character 1: ClientIP: \"10.0.0.0/99\": the prefix length",
        "Host(`bücher.test`); write such a host in punycode",
        "HostRegexp(`bücher`); write such a host in punycode",
        "Host(`a; at character 6: a text in back-quotes is not closed",
        "Host(\"a; at character 6: a text in double quotes is not closed",
        "Host(\"\\q\"); at character 7: unknown escape \\q",
        "Host(\"\\x4\"); at character 10: an escape needs 2 digits",
        "Host(\"\\777\"); an escape is no character",
        "Host(\"\\ud800\"); an escape is no character",
        "Host(\"\\; at character 6: a text in double quotes is not closed",
        "Host(1); at character 6: unexpected '1'",
        "PathPrefx(`/`); did you mean \"PathPrefix\"?"
      })
  void mistakesAreToldWithTheirPlace(String rule, String message) {
    assertThatThrownBy(() -> Rule.parse(rule))
        .isInstanceOf(RuleSyntaxException.class)
        .hasMessageContaining(message);
  }

  @Test
  void textsInDoubleQuotesEndOnTheirLineAndCarriageReturnsInBackQuotesDoNotCount()
      throws RuleSyntaxException {
    assertThatThrownBy(() -> Rule.parse("Path(\"/a\n\")"))
        .hasMessage("at character 6: a text in double quotes is not closed");
    assertThat(condition("Path(`/a\rb`)")).isEqualTo(new Condition.PathIs("/ab"));
  }

  @Test
  void aHundredParenthesesAreAllowed() throws RuleSyntaxException {
    assertThat(condition("(".repeat(99) + "Path(`/`)" + ")".repeat(99)))
        .isEqualTo(new Condition.PathIs("/"));
  }

  @Test
  void manyHostsAreOneCondition() throws RuleSyntaxException {
    var rule = new StringBuilder("Host(`h0.test`)");
    for (int i = 1; i < 5000; i++) {
      rule.append(" || Host(`h").append(i).append(".test`)");
    }

    assertThat(condition(rule.toString()))
        .isInstanceOfSatisfying(
            Condition.HostAmong.class, among -> assertThat(among.hosts()).hasSize(5000));
  }

  /** Whatever is given, a rule comes out or one kind of exception. */
  @Test
  void anyTextIsARuleOrASyntaxError() {
    String[] parts = {
      "Host(",
      "`a`",
      "\"b\"",
      ")",
      "(",
      "!",
      "&&",
      "||",
      ",",
      " ",
      "\n",
      "PathRegexp(",
      "`[`",
      "\"\\",
      "\"",
      "`",
      "\\x",
      "ü",
      "\uD800",
      "\0",
      "ClientIP(",
      "`::/1`",
      "Query(",
      "1",
      "_"
    };
    var random = new Random(3);
    int read = 0;
    for (int round = 0; round < 50_000; round++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(9); i >= 0; i--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      try {
        read += Rule.parse(text.toString()).text().isEmpty() ? 0 : 1;
      } catch (RuleSyntaxException e) {
        assertThat(e).message().isNotBlank();
      }
    }
    assertThat(read).isPositive();
  }
}
