package io.phalanx.node.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trailers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {
  @Test
  void decodesChunksWhereverTheyAreCut() throws MalformedFramingException {
    String body = "3\r\nabc\r\n00a;x=\"y\"\r\n0123456789\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n";
    for (int size = 1; size <= body.length(); size++) {
      var decoder = new ChunkedDecoder();
      var decoded = new StringBuilder();
      for (int at = 0; at < body.length(); at += size) {
        assertThat(decoder.ended()).isFalse();
        decoded.append(decode(decoder, body.substring(at, Math.min(at + size, body.length()))));
      }
      assertThat(decoded).hasToString("abc0123456789");
      assertThat(decoder.ended()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5 ", "5\t ", "5 ;a=b", "5;a b", "5 ; a = \"b c\"", "5;"})
  void skipsBlanksAndExtensionsBehindASize(String size) throws MalformedFramingException {
    assertThat(decode(new ChunkedDecoder(), size + "\r\nhello\r\n")).isEqualTo("hello");
  }

  @Test
  void takesOneByteInEachChunkForEver() throws MalformedFramingException {
    var decoder = new ChunkedDecoder();
    for (int i = 0; i < 200_000; i++) {
      assertThat(decode(decoder, "1;a=bcdef\r\na\r\n")).isEqualTo("a");
    }
  }

  @Test
  void takesNoMoreExtensionsThanDataInTheLongRun() {
    var decoder = new ChunkedDecoder();
    String chunk = "1;" + "a".repeat(100) + "\r\na\r\n";
    int most = ChunkedDecoder.MAX_EXCESS / 80;

    assertThatExceptionOfType(MalformedFramingException.class)
        .isThrownBy(
            () -> {
              for (int i = 0; i < most; i++) {
                decode(decoder, chunk);
              }
            })
        .withMessageContaining("more chunked coding than data");
  }

  @Test
  void countsEachBodyByItself() throws MalformedFramingException {
    var decoder = new ChunkedDecoder();
    String body = ("1;" + "a".repeat(8000) + "\r\na\r\n").repeat(2) + "0\r\n\r\n";
    for (int i = 0; i < 10; i++) {
      assertThat(decode(decoder, body)).isEqualTo("aa");
      assertThat(decoder.ended()).isTrue();
      decoder.reset();
    }
  }

  @Test
  void tellsWhereTheBodyEnds() throws MalformedFramingException {
    String body = "1\r\na\r\n0\r\n\r\n";
    var decoder = new ChunkedDecoder();

    assertThat(decode(decoder, body + "HTTP")).isEqualTo("a");
    assertThat(decoder.end()).isEqualTo(body.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n",
        "-5\r\nhello\r\n",
        "0x5\r\nhello\r\n",
        "\r\n5\r\nhello\r\n",
        "10000000000000005\r\n",
        "5\nhello",
        "5\r\nhelloXX",
        "5\r\nhello\n",
        "0\r\n\n",
        "0\r\nX: 1\n\r\n",
        "5;a\nhello",
        "5 abc\r\nhello",
        "5 \t6\r\nhello",
        "5 \nhello",
        "5 \0;a\r\nhello",
        "0\r\nX\r\n\r\n",
        "0\r\nX : 1\r\n\r\n",
        "0\r\n: 1\r\n\r\n",
        "0\r\nX: 1\r\n folded\r\n\r\n",
        "0\r\nX: a\0b\r\n\r\n",
        "0\r\nX: a\rb\r\n\r\n",
      })
  void refusesABrokenCoding(String body) {
    assertThatExceptionOfType(MalformedFramingException.class)
        .isThrownBy(() -> decode(new ChunkedDecoder(), body));
  }

  @Test
  void refusesExtensionsAndTrailersWithoutEnd() {
    assertRefused("1" + " ".repeat(ChunkedDecoder.MAX_EXTENSION + 2));
    assertRefused("1;" + "x".repeat(ChunkedDecoder.MAX_EXTENSION + 1));
    assertRefused("0\r\n" + "X: 1\r\n".repeat(Trailers.MAX_FIELDS + 1));
    assertRefused("0\r\nX: " + "x".repeat(Trailers.MAX_BYTES));
    assertRefused("0\r\n" + "x".repeat(2 * Trailers.MAX_BYTES));
    assertRefused("0\r\nHost: " + "x".repeat(Trailers.MAX_BYTES) + "\r\n");
  }

  @Test
  void givesTheTrailersThatMayFollowABody() throws MalformedFramingException {
    String trailers =
        "X-Sum:\t a=b: c \r\nx-sum: 2\r\ncontent-length: 5\r\nX_Forwarded_For: 1\r\n"
            + "If-Match: 1\r\nX-Empty:\r\nGrpc-Status: 0\r\n";
    var decoder = new ChunkedDecoder();

    decode(decoder, "0\r\n" + trailers);
    assertThat(decoder.trailers()).isEqualTo(Trailers.NONE);
    decode(decoder, "\r\n");

    assertThat(decoder.trailers().fields())
        .extracting(field -> field.name() + "=" + field.value())
        .containsExactly("X-Sum=a=b: c", "x-sum=2", "X-Empty=", "Grpc-Status=0");
    decoder.reset();
    decode(decoder, "0\r\n\r\n");
    assertThat(decoder.trailers()).isEqualTo(Trailers.NONE);
  }

  @Test
  void writesTheLastChunkAsItIsRead() throws MalformedFramingException {
    var trailers =
        new Trailers(
            List.of(
                new Answer.Field(HeaderName.of("X-Sum"), "\u00e9 1"),
                new Answer.Field(HeaderName.of("X-Sum"), "")));
    var decoder = new ChunkedDecoder();

    decode(decoder, new String(LastChunk.with(trailers), StandardCharsets.ISO_8859_1));

    assertThat(decoder.trailers()).isEqualTo(trailers);
  }

  private static void assertRefused(String body) {
    assertThatExceptionOfType(MalformedFramingException.class)
        .isThrownBy(() -> decode(new ChunkedDecoder(), body));
  }

  private static String decode(ChunkedDecoder decoder, String raw)
      throws MalformedFramingException {
    ByteBuffer buffer = ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1));
    decoder.decode(buffer);
    byte[] data = new byte[buffer.remaining()];
    buffer.get(data);
    return new String(data, StandardCharsets.ISO_8859_1);
  }
}
