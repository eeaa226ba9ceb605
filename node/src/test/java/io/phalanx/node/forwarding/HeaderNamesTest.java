package io.phalanx.node.forwarding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.HeaderName;
import org.junit.jupiter.api.Test;

class HeaderNamesTest {
  private static final String KEPT = "X".repeat(HeaderName.LONGEST_KEPT);

  private final HeaderNames names = new HeaderNames();

  private HeaderNames.Known read(String name) throws MalformedAnswerException {
    byte[] bytes = name.getBytes(ISO_8859_1);
    int hash = HeaderNames.START;
    for (byte b : bytes) {
      hash = HeaderNames.next(hash, b);
    }
    return names.at(bytes, 0, bytes.length, hash);
  }

  @Test
  void makesANameOnce() throws Exception {
    assertThat(read(KEPT)).isSameAs(read(KEPT));
  }

  @Test
  void keepsNoLongOne() throws Exception {
    String name = KEPT + "X";
    assertThat(read(name).name()).isEqualTo(HeaderName.of(name));
    assertThat(read(name)).isNotSameAs(read(name));
  }
}
