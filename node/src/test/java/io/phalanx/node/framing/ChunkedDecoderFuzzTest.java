package io.phalanx.node.framing;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phalanx.node.exchange.Trailers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Whatever comes for a chunked body, it is read in one way only, however it comes in pieces. */
class ChunkedDecoderFuzzTest {
  private static String reading(byte[] bytes, int piece) {
    var decoder = new ChunkedDecoder();
    decoder.reset();
    var data = new ByteArrayOutputStream();
    int at = 0;
    try {
      while (at < bytes.length && !decoder.ended()) {
        int length = Math.min(piece, bytes.length - at);
        ByteBuffer buffer = ByteBuffer.allocate(length).put(bytes, at, length).flip();
        decoder.decode(buffer);
        data.write(buffer.array(), buffer.position(), buffer.remaining());
        at += decoder.end();
      }
    } catch (MalformedFramingException _) {
      return "malformed";
    }
    assertTrailersAreWrittenAsRead(decoder.trailers());
    return "%s, ended %s, %d behind, %s"
        .formatted(
            data.toString(StandardCharsets.ISO_8859_1),
            decoder.ended(),
            bytes.length - at,
            decoder.trailers());
  }

  /** What goes on to the next is within its bounds, and means there what it means here. */
  private static void assertTrailersAreWrittenAsRead(Trailers read) {
    byte[] written = LastChunk.with(read);
    assertThat(written).hasSizeLessThanOrEqualTo(LastChunk.MAX_BYTES);
    var next = new ChunkedDecoder();
    next.reset();
    try {
      next.decode(ByteBuffer.wrap(written.clone()));
    } catch (MalformedFramingException e) {
      throw new AssertionError("what is written cannot be read: " + read, e);
    }
    assertThat(next.ended()).isTrue();
    assertThat(next.trailers()).isEqualTo(read);
  }

  @FuzzTest
  void chunks(byte[] bytes) {
    String whole = reading(bytes, Integer.MAX_VALUE);
    assertThat(reading(bytes, 1)).isEqualTo(whole);
    assertThat(reading(bytes, 5)).isEqualTo(whole);
  }
}
