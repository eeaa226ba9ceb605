package io.phalanx.node.grpcweb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phalanx.node.exchange.MalformedBodyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Whatever comes for base64 is what the platform reads group by group, however it is cut. */
class DecodedBodyFuzzTest {
  private static final int GROUP = 4;
  private static final String MALFORMED = "malformed";

  private static String reading(int room, String... pieces) throws IOException {
    var body = new DecodedBody(new Pieces(pieces));
    var all = new StringBuilder("read: ");
    ByteBuffer into = ByteBuffer.allocate(room);
    try {
      while (body.read(into) >= 0) {
        all.append(new String(into.array(), 0, into.position(), ISO_8859_1));
        into.clear();
      }
    } catch (MalformedBodyException _) {
      return MALFORMED;
    }
    return all.toString();
  }

  private static String platform(String text) {
    String groups = text.replaceAll("[\r\n]", "");
    if (groups.length() % GROUP != 0) {
      return MALFORMED;
    }
    var all = new StringBuilder("read: ");
    try {
      for (int at = 0; at < groups.length(); at += GROUP) {
        byte[] group = groups.substring(at, at + GROUP).getBytes(ISO_8859_1);
        all.append(new String(Base64.getDecoder().decode(group), ISO_8859_1));
      }
    } catch (IllegalArgumentException _) {
      return MALFORMED;
    }
    return all.toString();
  }

  @FuzzTest
  void groups(byte[] bytes) throws IOException {
    String text = new String(bytes, ISO_8859_1);
    String whole = platform(text);

    assertThat(reading(bytes.length + 1, text)).isEqualTo(whole);
    assertThat(reading(3, text)).isEqualTo(whole);
    assertThat(reading(64, text.split(""))).isEqualTo(whole);
  }
}
