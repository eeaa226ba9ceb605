package io.phalanx.providers.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '~',
      value = {
        "^/(?P<year>[0-9]{4})/(?P<slug>[[:alpha:]-]+)$ /2024/hello-world",
        "^/\\p{Greek}+$ /αβ",
        "^/\\x{64}\\Q.o.\\E\\z /d.o.",
        "^/\\x{20000}$ /\uD840\uDC00",
        "^[]a]{2}$ ]a",
        "^a{1000}$|^b b",
        "(?i)FLAG flag",
        "{,3} {,3}"
      })
  void findsWhatRe2Finds(String regex, String text) {
    assertThat(Regex.compile(regex).matcher(text).find()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"^/look(?!ahead)", "^/(a)b\\1$", "^/poss++$", "(unclosed", "[z-a]", "\\"})
  void refusesWhatIsNotRe2(String regex) {
    assertThatThrownBy(() -> Regex.compile(regex))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("RE2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a{1000}){1000}){1000}",
        "((((((a{9}){9}){9}){9}){9}){9})",
        "(a{1000}b{1,1000}){11}",
        "([[:alpha:]]{1000}){1000}",
        "(\\p{Greek}{1000}){1000}",
        "((){1000}){1000}",
        "(?:(?:a?){1000,}){1000,}"
      })
  void refusesWhatGrowsWhenItIsCompiled(String regex) {
    assertThatThrownBy(() -> Regex.compile(regex)).hasMessageContaining("steps");
  }

  @Test
  void refusesDeepNestingAndLength() {
    assertThatThrownBy(() -> Regex.compile("(".repeat(5000) + ")".repeat(5000)))
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> Regex.compile("a".repeat(Regex.MAX_LENGTH + 1)))
        .hasMessageContaining("characters");
    assertThat(Regex.compile("(".repeat(Regex.MAX_DEPTH) + ")".repeat(Regex.MAX_DEPTH)))
        .isNotNull();
    assertThat(Regex.compile("a".repeat(Regex.MAX_LENGTH))).isNotNull();
  }

  /** Steps that RE2/J makes of what was let pass must not exceed what was estimated by much. */
  @Test
  void letsNothingLargePass() {
    List<String> parts =
        List.of(
            "a",
            "(",
            ")",
            "(?:",
            "[a-z]",
            "[^]]",
            "[[:digit:]]",
            "{900}",
            "{2,30}",
            "{07}",
            "{5,}",
            "\\{",
            "\\Qa(b\\E",
            "\\p{Lu}",
            "\\x{41}",
            "|",
            "*",
            "+?",
            "é",
            ".",
            "\\\\",
            "[",
            "]");
    var random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      var regex = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        regex.append(parts.get(random.nextInt(parts.size())));
      }

      compiled(regex.toString())
          .ifPresent(
              pattern ->
                  assertThat(pattern.programSize())
                      .as(regex.toString())
                      .isLessThanOrEqualTo(2 * Regex.MAX_STEPS));
    }
  }

  private static Optional<Pattern> compiled(String regex) {
    try {
      return Optional.of(Regex.compile(regex));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
