package io.phalanx.providers.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class TemplateMistakesTest {
  private static ThrowableAssertAlternative<TemplateException> assertRefused(String source) {
    return assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> TemplateTest.render(source));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '\0',
      value = {
        "{{ .a → {{ is not closed",
        "{{ \"a }} → {{ is not closed",
        "{{ \"\\q\" }} → unknown escape \\q",
        "{{ if .a }} → if has no end",
        "{{ end }} → end without if, range or with",
        "{{ else }} → else without if, range or with",
        "{{ if 1 }}{{ else }}{{ else }}{{ end }} → a second else",
        "{{ if 1 }}{{ end 2 }} → unexpected",
        "{{ }} → a value is expected",
        "{{ (1 }} → a parenthesis is not closed",
        "{{ 1 | 2 }} → behind | a function is expected",
        "{{ 1 2 }} → unexpected",
        "{{ ; }} → unexpected character ';'",
        "{{ 1.2.3 }} → is not a number",
        "{{ 99999999999999999999 }} → is not a number",
        "{{ range $i, $x .a }}{{ end }} → range needs :=",
        "{{ uper \"a\" }} → function \"uper\" is not supported",
        "{{ Upper \"a\" }} → did you mean \"upper\"?",
        "{{ define \"x\" }}{{ end }} → define is not supported",
        "{{ $x }} → variable $x is not defined",
        "{{ $x = 1 }} → variable $x is not defined",
        "{{ upper }} → upper takes 1 arguments, not 0",
        "{{ env }} → env takes 1 argument, not 0",
        "{{ index .Tags 9 }} → index ",
        "{{ div 1 0 }} → div ",
        "{{ mul 9223372036854775807 2 }} → mul ",
        "{{ len 1 }} → len takes text, a list or a map",
        "{{ lt 1 \"a\" }} → lt compares",
        "{{ join \",\" 1 }} → join takes a list",
        "{{ keys 1 }} → keys takes a map",
        "{{ b64dec \"*\" }} → b64dec ",
        "{{ regexMatch \"(\" \"a\" }} → regexMatch missing closing )",
        "{{ printf \"%x\" 1 }} → printf knows the verbs",
        "{{ printf \"%s\" }} → printf has more verbs than values"
      })
  void mistakesAreToldByTheirReason(String source, String reason) {
    assertRefused(source).satisfies(e -> assertThat(e.reason()).contains(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb\n{{ nosuch }}\n",
        "\n\n{{ $x }}",
        "{{/* \n\n */}}{{ $x }}",
        "{{\n\n$x }}",
        "\n{{ `\n` }}{{ index .Tags 9 }}",
        "\n\n{{ if 1 }}\n\n",
        "a\n{{- 1 -}}\n{{ .a"
      })
  void mistakesHaveTheirLine(String source) {
    assertRefused(source).satisfies(e -> assertThat(e.line()).isEqualTo(3));
  }

  @Test
  void aQuotedTextEndsInItsLine() {
    assertRefused("{{ \"a\n\" }}").withMessage("line 1: a quoted text is not closed");
  }

  @Test
  void templatesThatAreTooLongAreRefused() {
    assertRefused("x".repeat(Template.MAX_SOURCE + 1)).withMessageContaining("at most");
  }

  @Test
  void deepBlocksAreRefused() {
    assertRefused("{{if 1}}".repeat(100_000)).withMessageContaining("nested too deeply");
  }

  @Test
  void longChainsOfElseAreRefused() {
    assertRefused("{{if 0}}" + "{{else if 0}}".repeat(100_000) + "{{end}}")
        .withMessageContaining("nested too deeply");
  }

  @Test
  void deepParenthesesAreRefused() {
    assertRefused("{{" + "(".repeat(100_000) + "}}").withMessageContaining("nested too deeply");
  }

  @Test
  void longPipelinesAreRefused() {
    assertRefused("{{ 1" + " | print".repeat(100_000) + "}}").withMessageContaining("pipeline");
  }

  @Test
  void endlessWorkIsRefused() {
    assertRefused("{{range until 100000}}{{range until 100000}}{{end}}{{end}}")
        .withMessageContaining("steps");
  }

  @Test
  void endlessOutputIsRefused() {
    assertRefused("{{range until 100000}}{{repeat 1000 \"x\"}}{{end}}")
        .withMessageContaining("characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{$x := `aa`}}{{range until 64}}{{$x = print $x $x}}{{end}}",
        "{{$x := `aa`}}{{range until 64}}{{$x = printf `%s%s` $x $x}}{{end}}",
        "{{$x := repeat 100000 `a`}}{{$x = replace `a` $x $x}}{{$x = replace `a` $x $x}}",
        "{{$x := repeat 100000 `a`}}{{$x = regexReplaceAll `a` $x $x}}",
        "{{$x := repeat 100000 `a`}}{{$x = join $x (until 100000)}}",
        "{{$x := repeat 30000 `$H`}}{{$x = expandenv (replace `H` `HOME_HOST` $x)}}"
            + "{{range until 64}}{{$x = print $x $x}}{{end}}",
        "{{$x := list}}{{range until 64}}{{$x = list $x $x}}{{end}}{{$x}}",
        "{{$x := dict}}{{range until 64}}{{$x = dict `a` $x `b` $x}}{{end}}{{$x}}",
        "{{$x := list}}{{range until 100000}}{{$x = list $x}}{{end}}{{$x}}",
        "{{range until 100000}}{{until 100000}}{{end}}",
        "{{repeat 4611686018427387904 `aaaa`}}",
        "{{repeat 100001 `a`}}",
        "{{until 100001}}"
      })
  void valuesMayNotGrowWithoutBound(String source) {
    assertRefused(source);
  }
}
