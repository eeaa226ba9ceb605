package io.phalanx.providers.consulcatalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstraintsTest {
  private static boolean matches(String constraints, String... tags) {
    return Constraints.parse(constraints).test(Arrays.asList(tags));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          Tag(`a`)                              ; true
          Tag("a")                              ; true
          Tag(`c`)                              ; false
          !Tag(`c`)                             ; true
          !!Tag(`a`)                            ; true
          Tag(`a`) && Tag(`b.b`)                ; true
          Tag(`a`) && Tag(`c`)                  ; false
          Tag(`c`) || Tag(`a`)                  ; true
          Tag(`a`) || Tag(`c`) && Tag(`d`)      ; true
          (Tag(`a`) || Tag(`c`)) && Tag(`d`)    ; false
          TagRegex(`^b[.]`)                     ; true
          TagRegex(`^B`)                        ; false
          TagRegex ( `a` )&&! ( Tag(`c`) )      ; true
          """)
  void decideByTags(String constraints, boolean kept) {
    assertThat(matches(constraints, "a", "b.b")).isEqualTo(kept);
  }

  @Test
  void emptyOnesKeepEverything() {
    assertThat(matches("")).isTrue();
    assertThat(matches("  ", "a")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          Tag(a)              ; a quoted text is expected at "a)"
          Tag(`a              ; the quote has no end
          Tag(`a`             ; ")" is expected at the end
          Tag(`a`) Tag(`b`)   ; && or || is expected at "Tag(`b`)"
          Tag(`a`) &&         ; Tag(`...`) or TagRegex(`...`) is expected at the end
          Label(`a`,`b`)      ; Tag(`...`) or TagRegex(`...`) is expected at "Label
          (Tag(`a`)           ; ")" is expected at the end
          TagRegex(`[`)       ; missing closing ]
          """)
  void mistakesAreSaid(String constraints, String message) {
    assertThatThrownBy(() -> Constraints.parse(constraints))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void sizeAndDepthAreBounded() {
    assertThatThrownBy(() -> Constraints.parse("(".repeat(101) + "Tag(`a`)" + ")".repeat(101)))
        .hasMessageContaining("levels");
    assertThatThrownBy(() -> Constraints.parse("!".repeat(101) + "Tag(`a`)"))
        .hasMessageContaining("levels");
    assertThatThrownBy(() -> Constraints.parse(" ".repeat(20_000) + "Tag(`a`)"))
        .hasMessageContaining("characters");
    String wide = "Tag(`b`) || ".repeat(1000) + "Tag(`a`)";
    assertThat(matches(wide, "a")).isTrue();
  }
}
