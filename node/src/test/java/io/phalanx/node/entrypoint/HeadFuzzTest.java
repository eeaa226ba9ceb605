package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phalanx.node.exchange.MemoryBound;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Whatever a client sends for a head, it is read in one way only, however it comes in pieces. */
class HeadFuzzTest {
  private static final int MAX_BYTES = 4096;
  private static final int MAX_LINES = 50;

  /** What a head came to, and how many bytes behind it are left. */
  private static String reading(byte[] bytes, int piece) {
    var out = new HttpServerExchange(null, new HeaderMap(), new HeaderMap(), -1);
    var parser = new HeadParser(MemoryBound.unbounded());
    parser.reset();
    int at = 0;
    while (at < bytes.length) {
      ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
      boolean complete = parser.parse(in, out, MAX_BYTES, MAX_LINES);
      at = in.position();
      if (complete) {
        RefusedException refused = out.getAttachment(HeadParser.REFUSAL);
        return refused == null
            ? "%s %s %s %s, %d behind"
                .formatted(
                    out.getRequestMethod(),
                    out.getRequestURI(),
                    out.getProtocol(),
                    out.getRequestHeaders(),
                    bytes.length - at)
            : "refused";
      }
    }
    return "incomplete";
  }

  @FuzzTest
  void requestHead(byte[] bytes) {
    String whole = reading(bytes, Integer.MAX_VALUE);
    for (int piece : new int[] {1, 7}) {
      String slow = reading(bytes, piece);
      if (slow.equals("incomplete")) {
        // A line is looked at when its end is there, or at once if it came in one piece.
        assertThat(whole).isIn("incomplete", "refused");
        assertThat(bytes.length).isLessThanOrEqualTo(MAX_BYTES);
      } else {
        assertThat(slow).isEqualTo(whole);
      }
    }
  }

  @FuzzTest
  void path(byte[] bytes) throws RefusedException {
    String path = '/' + new String(bytes, StandardCharsets.ISO_8859_1);
    String normal;
    try {
      normal = TargetPath.normalise(path, true);
    } catch (RefusedException _) {
      return;
    }
    assertThat(normal).startsWith("/").doesNotContain("//", "/./", "/../");
    assertThat(normal.endsWith("/..")).isFalse();
    assertThat(TargetPath.normalise(normal, true)).isEqualTo(normal);
  }
}
