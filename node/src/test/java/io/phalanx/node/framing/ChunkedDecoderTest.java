package io.phalanx.node.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
      })
  void refusesABrokenCoding(String body) {
    assertThatExceptionOfType(MalformedFramingException.class)
        .isThrownBy(() -> decode(new ChunkedDecoder(), body));
  }

  @Test
  void refusesExtensionsAndTrailersWithoutEnd() {
    String much = "x".repeat(ChunkedDecoder.MAX_ASIDE + 1);

    assertThatExceptionOfType(MalformedFramingException.class)
        .isThrownBy(() -> decode(new ChunkedDecoder(), "1;" + much));
    assertThatExceptionOfType(MalformedFramingException.class)
        .isThrownBy(() -> decode(new ChunkedDecoder(), "0\r\n" + "X: 1\r\n".repeat(much.length())));
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
