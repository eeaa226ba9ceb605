package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.HeaderName;
import io.undertow.util.HttpString;
import org.junit.jupiter.api.Test;

class UndertowHeadersTest {
  private static final String KEPT = "X".repeat(HeaderName.LONGEST_KEPT);

  private static HttpString name(String text) {
    return UndertowHeaders.name(HeaderName.of(text));
  }

  @Test
  void makesANameOnceWhateverItsCase() {
    assertThat(name(KEPT)).isSameAs(name("x".repeat(KEPT.length())));
  }

  @Test
  void keepsNoLongOne() {
    String text = KEPT + "X";
    assertThat(name(text)).hasToString(text).isNotSameAs(name(text));
  }

  @Test
  void letsNewNamesPushOthersOut() {
    HttpString before = name("X-Before");
    for (int i = 0; i < 100_000; i++) {
      assertThat(name("X-" + i)).hasToString("X-" + i);
    }
    assertThat(name("X-Before")).isEqualTo(before).isNotSameAs(before);
  }
}
