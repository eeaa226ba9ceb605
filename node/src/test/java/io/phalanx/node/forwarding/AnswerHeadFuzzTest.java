package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phalanx.node.exchange.TestHeaders;
import java.nio.ByteBuffer;

/** Whatever a server sends for a head, it is read in one way only, however it comes in pieces. */
class AnswerHeadFuzzTest {
  private static String reading(byte[] bytes, int piece) {
    var parser = new ResponseHeadParser(new HeaderNames());
    var reader = new ResponseHeadReader(parser, new byte[Buffers.SIZE]);
    reader.reset();
    var interim = new StringBuilder();
    int at = 0;
    try {
      while (at < bytes.length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
        boolean complete = reader.read(in, () -> interim.append(shown(parser)).append(';'));
        at = in.position();
        if (complete) {
          return interim + shown(parser) + ", " + (bytes.length - at) + " behind";
        }
      }
    } catch (MalformedAnswerException _) {
      return "malformed";
    }
    return interim + "incomplete";
  }

  private static String shown(ResponseHeadParser parser) {
    var headers = new TestHeaders();
    parser.addTo(headers);
    return "%d length %d chunked %s kept %s %s"
        .formatted(
            parser.status(),
            parser.contentLength(),
            parser.chunked(),
            parser.keepAlive(),
            headers.text());
  }

  @FuzzTest
  void answerHead(byte[] bytes) {
    if (bytes.length > Buffers.SIZE) {
      return;
    }
    String whole = reading(bytes, Integer.MAX_VALUE);
    String slow = reading(bytes, 1);
    if (slow.endsWith("incomplete")) {
      // What comes piece by piece is looked at when its end is there; a mistake may show before.
      assertThat(whole).matches(text -> text.equals(slow) || text.equals("malformed"));
    } else {
      assertThat(slow).isEqualTo(whole);
    }
  }
}
