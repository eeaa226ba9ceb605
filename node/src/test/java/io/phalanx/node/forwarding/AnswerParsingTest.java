package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerParsingTest {
  private final ResponseHeadParser parser = new ResponseHeadParser(new HeaderNames());

  @Test
  void keepsLinesInOrderAndWritesNamesInCapitals() throws MalformedAnswerException {
    parse("HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nX-A:\t b \r\nSet-Cookie: a=1\r\nx-empty:\r\n\r\n");

    assertThat(passed())
        .containsExactly("Set-Cookie: a=1", "X-A: b", "Set-Cookie: a=1", "X-Empty: ");
  }

  @Test
  void leavesOutWhatBelongsToTheServersConnection() throws MalformedAnswerException {
    parse(
        "HTTP/1.1 200 OK\r\nConnection: close, X-Internal\r\nx-internal: rack\r\nKeep-Alive: a\r\n"
            + "Proxy-Authenticate: Basic\r\nProxy-Connection: a\r\nTe: a\r\nTrailer: X\r\n"
            + "Upgrade: h2c\r\nContent-Length: 3\r\nVia: 1.1 rack\r\n\r\n");

    assertThat(passed()).containsExactly("Via: 1.1 rack");
    assertThat(parser.keepAlive()).isFalse();
    assertThat(parser.contentLength()).isEqualTo(3);
  }

  @Test
  void dropsBlanksBeforeTheColon() throws MalformedAnswerException {
    parse("HTTP/1.1 200 OK\r\nContent-Length \t: 2\r\n\r\n");

    assertThat(parser.contentLength()).isEqualTo(2);
  }

  @Test
  void takesEqualLengthsForOne() throws MalformedAnswerException {
    parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 05\r\n\r\n");

    assertThat(parser.contentLength()).isEqualTo(5);
  }

  @Test
  void takesAStatusLineWithoutReason() throws MalformedAnswerException {
    parse("HTTP/1.1 999\r\n\r\n");

    assertThat(parser.status()).isEqualTo(999);
    assertThat(parser.contentLength()).isEqualTo(ResponseHeadParser.NO_LENGTH);
  }

  @Test
  void keepsAConnectionOfHttp10OnlyWhereTheServerSaysSo() throws MalformedAnswerException {
    parse("HTTP/1.0 200 OK\r\n\r\n");
    assertThat(parser.keepAlive()).isFalse();
    parse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n");
    assertThat(parser.keepAlive()).isTrue();
  }

  @Test
  void waitsForTheEndOfAHeadWhereverItIsCut() throws MalformedAnswerException {
    String head = "HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n";
    for (int end = 0; end < head.length(); end++) {
      assertThat(read(head.substring(0, end))).isEqualTo(ResponseHeadParser.INCOMPLETE);
    }
    assertThat(read(head + "body")).isEqualTo(head.length());
  }

  @Test
  void decodesChunksWhereverTheyAreCut() throws MalformedAnswerException {
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
      assertThat(decoder.excess()).isFalse();
    }
  }

  @Test
  void noticesBytesBehindTheLastChunk() throws MalformedAnswerException {
    var decoder = new ChunkedDecoder();

    assertThat(decode(decoder, "1\r\na\r\n0\r\n\r\nHTTP")).isEqualTo("a");
    assertThat(decoder.excess()).isTrue();
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
    assertThatExceptionOfType(MalformedAnswerException.class)
        .isThrownBy(() -> decode(new ChunkedDecoder(), body));
  }

  @Test
  void refusesExtensionsAndTrailersWithoutEnd() {
    String much = "x".repeat(ChunkedDecoder.MAX_ASIDE + 1);

    assertThatExceptionOfType(MalformedAnswerException.class)
        .isThrownBy(() -> decode(new ChunkedDecoder(), "1;" + much));
    assertThatExceptionOfType(MalformedAnswerException.class)
        .isThrownBy(() -> decode(new ChunkedDecoder(), "0\r\n" + "X: 1\r\n".repeat(much.length())));
  }

  private static String decode(ChunkedDecoder decoder, String raw) throws MalformedAnswerException {
    ByteBuffer buffer = ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1));
    decoder.decode(buffer);
    byte[] data = new byte[buffer.remaining()];
    buffer.get(data);
    return new String(data, StandardCharsets.ISO_8859_1);
  }

  private void parse(String head) throws MalformedAnswerException {
    assertThat(read(head)).isEqualTo(head.length());
  }

  private int read(String head) throws MalformedAnswerException {
    byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
    return parser.parse(bytes, 0, bytes.length);
  }

  private java.util.List<String> passed() {
    var headers = new ListedHeaders();
    parser.addTo(headers);
    return headers.text();
  }
}
