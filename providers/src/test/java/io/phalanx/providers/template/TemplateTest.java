package io.phalanx.providers.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  private static final Map<String, Object> MODEL =
      Map.of(
          "Name",
          "my_app",
          "Port",
          8080L,
          "Rate",
          1.5,
          "Enabled",
          true,
          "Empty",
          "",
          "Labels",
          Map.of("a.b", "dotted", "tier", "web"),
          "Tags",
          List.of("x", "y", "z"),
          "None",
          List.of());

  static String render(String source) throws TemplateException {
    return Template.parse(source).render(MODEL, Map.of("HOME_HOST", "example.org"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '\0',
      value = {
        "plain } text → plain } text",
        "{{ .Name }} → my_app",
        "{{.Name}}:{{.Port}} → my_app:8080",
        "{{ $.Name }} → my_app",
        "{{ .Labels.tier }} → web",
        "{{ .Missing }} → <no value>",
        "{{ .Missing.deeper }} → <no value>",
        "{{ .Rate }} {{ .Enabled }} {{ -3 }} {{ 2.50 }} → 1.5 true -3 2.5",
        "{{ .Tags }} → [x y z]",
        "{{ .Labels }} → map[a.b:dotted tier:web]",
        "{{ index .Labels \"a.b\" }} → dotted",
        "{{ (index .Tags 1) }} → y",
        "{{ (dict \"k\" (dict \"n\" 7)).k.n }} → 7",
        "{{ \"a\\tb\\\"\\\\\" }} → a\tb\"\\",
        "{{ `raw \\n }}` }} → raw \\n }}",
        "{{ \"}}\" }} → }}",
        "a{{/* a comment }} */}}b → ab"
      })
  void valuesArePrintedAsGoDoes(String source, String expected) throws TemplateException {
    assertThat(render(source)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '\0',
      value = {
        "{{ if .Enabled }}on{{ else }}off{{ end }} → on",
        "{{ if .Empty }}on{{ else }}off{{ end }} → off",
        "{{ if .Missing }}a{{ else if eq .Port 8080 }}b{{ else }}c{{ end }} → b",
        "{{ if .Missing }}a{{ else if .None }}b{{ else }}c{{ end }} → c",
        "{{ with .Labels }}{{ .tier }}{{ end }} → web",
        "{{ with .Empty }}x{{ else }}{{ .Name }}{{ end }} → my_app",
        "{{ with $t := .Labels.tier }}{{ $t }}{{ . }}{{ end }} → webweb",
        "{{ range .Tags }}<{{ . }}>{{ end }} → <x><y><z>",
        "{{ range $i, $t := .Tags }}{{ $i }}{{ $t }}{{ end }} → 0x1y2z",
        "{{ range $t := .Tags }}{{ $t }}{{ $.Port }},{{ end }} → x8080,y8080,z8080,",
        "{{ range $k, $v := .Labels }}{{ $k }}={{ $v }};{{ end }} → a.b=dotted;tier=web;",
        "{{ range .None }}x{{ else }}none{{ end }} → none",
        "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }} → 2",
        "{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }} → 1"
      })
  void blocksAndVariables(String source, String expected) throws TemplateException {
    assertThat(render(source)).isEqualTo(expected);
  }

  @Test
  void dashesTrimTheTextBesideThem() throws TemplateException {
    assertThat(render("a \n {{- .Port -}} \n b")).isEqualTo("a8080b");
    assertThat(render("a {{ -1 }} b")).isEqualTo("a -1 b");
    assertThat(render("a {{- /* comment */ -}} b")).isEqualTo("ab");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '\0',
      value = {
        "{{ .Name | upper | quote }} → \"MY_APP\"",
        "{{ normalize .Name }} → my-app",
        "{{ normalize \"/a//b.c/\" }} → a-b-c",
        "{{ split .Name \"_\" }} → [my app]",
        "{{ splitList \".\" \"a.b..c\" | join \"|\" }} → a|b||c",
        "{{ title \"ab cd\" }} → Ab Cd",
        "{{ trim \" a \" }}{{ trimPrefix \"a\" \"ab\" }}{{ trimSuffix \"b\" \"ab\" }} → aba",
        "{{ trimAll \"/-\" \"-/a-b/-\" }} → a-b",
        "{{ replace \"_\" \"-\" .Name }} → my-app",
        "{{ contains \"ap\" .Name }}{{ hasPrefix \"x\" .Name }}{{ hasSuffix \"p\" .Name }}"
            + " → truefalsetrue",
        "{{ squote 1 \"a\" }} → '1' 'a'",
        "{{ repeat 3 \"ab\" }} → ababab",
        "{{ substr 1 3 \"abcd\" }}{{ substr 2 -1 \"abcd\" }}{{ substr 9 12 \"ab\" }} → bccd",
        "{{ b64enc \"é\" }}{{ b64dec \"w6k=\" }} → w6k=é",
        "{{ regexMatch \"^my\" .Name }}{{ regexFind \"[0-9]+\" \"a12b\" }} → true12",
        "{{ regexReplaceAll \"a(x*)b\" \"-axxb-\" \"${1}W\" }} → -xxW-",
        "{{ regexReplaceAll \"a(x*)b\" \"-axxb-\" \"$1\" }} → -xx-",
        "{{ regexReplaceAll \"(?P<n>x+)\" \"axx\" \"<${n}>\" }} → a<xx>",
        "{{ regexReplaceAll \"a\" \"bab\" `\\d` }} → b\\db",
        "{{ regexReplaceAll \"a\" \"bab\" \"$9\" }} → bb",
        "{{ regexReplaceAll \"a\" \"bab\" \"$$\" }} → b$b",
        "{{ regexReplaceAll \"a\" \"bab\" \"$\" }} → b$b",
        "{{ printf \"%s:%d %q %t%%\" .Name .Port \"q\" true }} → my_app:8080 \"q\" true%",
        "{{ env \"HOME_HOST\" }}{{ env \"PATH\" }} → example.org",
        "{{ expandenv \"$HOME_HOST/${HOME_HOST}/$NONE\" }} → example.org/example.org/"
      })
  void textFunctions(String source, String expected) throws TemplateException {
    assertThat(render(source)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '→',
      quoteCharacter = '\0',
      value = {
        "{{ eq .Port 8080 }}{{ eq .Name \"a\" \"my_app\" }}{{ ne 1 2 }} → truetruetrue",
        "{{ lt 1 2 }}{{ le 2 2 }}{{ gt 1.5 1 }}{{ ge \"a\" \"b\" }} → truetruetruefalse",
        "{{ and true \"\" }}|{{ or \"\" \"b\" }}|{{ not .None }} → |b|true",
        "{{ and .None (index .None 3) }} → []",
        "{{ or .Name (index .None 3) }} → my_app",
        "{{ default \"d\" .Missing }}{{ .Port | default 1 }} → d8080",
        "{{ coalesce .Missing .Empty \"c\" }}{{ empty .Empty }} → ctrue",
        "{{ ternary \"y\" \"n\" .Enabled }}{{ false | ternary \"y\" \"n\" }} → yn",
        "{{ add 1 2 3 }} {{ sub 5 3 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod 7 2 }} → 6 2 6 3 1",
        "{{ max 1 3 2 }}{{ min 2 1 }}{{ add1 1 }}{{ int \"7\" }}{{ atoi \"x\" }} → 31270",
        "{{ len .Tags }}{{ len .Name }}{{ len .Labels }} → 362",
        "{{ first .Tags }}{{ last .Tags }}{{ rest .Tags }}{{ first .None }} → xz[y z]<no value>",
        "{{ has \"y\" .Tags }}{{ hasKey .Labels \"tier\" }}{{ get .Labels \"no\" }} → truetrue",
        "{{ keys .Labels }}{{ append .Tags 1 }} → [a.b tier][x y z 1]",
        "{{ list 2 1 2 | uniq }}{{ sortAlpha (list \"b\" \"a\") }}{{ until 3 }} → [2 1][a b][0 1 2]"
      })
  void logicNumbersAndCollections(String source, String expected) throws TemplateException {
    assertThat(render(source)).isEqualTo(expected);
  }

  @Test
  void whatAModelHoldsIsNeverRendered() throws TemplateException {
    assertThat(Template.parse("{{ .a }}").render(Map.of("a", "{{ env `SECRET` }}"), Map.of()))
        .isEqualTo("{{ env `SECRET` }}");
  }
}
