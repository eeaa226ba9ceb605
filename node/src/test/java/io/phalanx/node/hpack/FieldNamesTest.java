package io.phalanx.node.hpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.HeaderName;
import org.junit.jupiter.api.Test;

class FieldNamesTest {
  private static final String KEPT = "x".repeat(HeaderName.LONGEST_KEPT);

  private final FieldNames names = new FieldNames();

  private FieldName received(String name) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    return names.received(bytes, 0, bytes.length);
  }

  @Test
  void makesANameOnce() {
    assertThat(received(KEPT)).hasToString(KEPT).isSameAs(received(KEPT));
    assertThat(names.sent(KEPT)).hasToString(KEPT).isSameAs(names.sent(KEPT));
  }

  @Test
  void keepsNoLongOne() {
    String name = KEPT + "x";
    assertThat(received(name)).hasToString(name).isNotSameAs(received(name));
    assertThat(names.sent(name)).hasToString(name).isNotSameAs(names.sent(name));
  }
}
