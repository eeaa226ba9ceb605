package io.phalanx.node.entrypoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.HeaderName;
import io.undertow.util.HttpString;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NameTableTest {
  private static final String KEPT = "X".repeat(HeaderName.LONGEST_KEPT);

  private final NameTable table = new NameTable();

  private HttpString read(String name) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    return table.name(bytes, 0, bytes.length, Arrays.hashCode(bytes));
  }

  @Test
  void makesANameOnce() {
    assertThat(read(KEPT)).hasToString(KEPT).isSameAs(read(KEPT));
  }

  @Test
  void keepsNoLongOne() {
    String name = KEPT + "X";
    assertThat(read(name)).hasToString(name).isNotSameAs(read(name));
  }
}
