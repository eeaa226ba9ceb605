package io.phalanx.providers.dynamic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsOptionsTest {
  private static DynamicConfig read(String text) {
    return DynamicConfigReader.read("tls.yml", text).decoded().value().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tls: {options: {default: {sniStrit: true}}}",
        "tls: {options: {default: {sniStrict: perhaps}}}",
        "tls: {options: {default: strict}}",
        "tls: {options: [default]}",
        "tls: strict"
      })
  void defaultOptionsWithAMistakeRefuseInsteadOfBeingTheBuiltInOnes(String text) {
    assertThat(read(text).tls().options()).containsEntry(Tls.DEFAULT, Tls.Options.REFUSING);
  }

  @Test
  void mistakesElsewhereDoNotTouchThem() {
    Tls tls =
        read("""
        tls:
          options:
            default: {sniStrict: true}
            defaults: {sniStrit: true}
        http: {routers: {r: {rul: x}}}
        """)
            .tls();

    assertThat(tls.options().keySet()).containsExactly(Tls.DEFAULT);
    assertThat(tls.options().values()).extracting(Tls.Options::sniStrict).containsExactly(true);
  }
}
