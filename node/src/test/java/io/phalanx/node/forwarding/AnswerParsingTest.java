package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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
  void announcesTrailersThatCanCome() throws MalformedAnswerException {
    parse(
        "HTTP/1.1 200 OK\r\ntrailer: X-Sum, Content-Length\r\nTrailer: Host\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n");

    assertThat(passed()).containsExactly("Trailer: X-Sum");
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
  void takesTabsAndWhatIsNotAscii() throws MalformedAnswerException {
    parse("HTTP/1.1 200 \u00d6K\r\nX-A: a\tb\u0080\u00ff~!\r\n\r\n");

    assertThat(passed()).containsExactly("X-A: a\tb\u0080\u00ff~!");
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
