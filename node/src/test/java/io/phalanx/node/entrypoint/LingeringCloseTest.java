package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.entrypoint.Rig.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What becomes of a client that sends on behind the last answer of its connection. */
class LingeringCloseTest {
  private static final String MALFORMED = "GET / HTTP/1.1\r\nno field\r\n";
  private static final String UNREAD =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

  /** One chunk that does not end. */
  private static final String WITHOUT_END = "7fffffff\r\n";

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 'x');
    return bytes;
  }

  /** A connection that is closed with unread bytes is reset, which takes the answer away. */
  private static String answerInGoodOrder(String request) throws IOException {
    try (var rig = new Rig();
        Client client = rig.connect()) {
      client.send(request);
      client.send(bytes(200_000));
      return new String(client.socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static void sendUntilItIsCut(String request) throws IOException {
    try (var rig = new Rig();
        Client client = rig.connect()) {
      client.send(request);
      byte[] part = bytes(1 << 16);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1024; i++) {
                  client.send(part);
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void itHasTheAnswerToAHeadThatIsRefused() throws IOException {
    assertThat(answerInGoodOrder(MALFORMED)).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void itHasTheAnswerThatCameBeforeTheEndOfItsBody() throws IOException {
    assertThat(answerInGoodOrder(UNREAD + WITHOUT_END))
        .startsWith("HTTP/1.1 200 ")
        .endsWith("POST /\n");
  }

  @Test
  void itIsCutWhereItSendsOnBehindARefusal() throws IOException {
    sendUntilItIsCut(MALFORMED);
  }

  @Test
  void itIsCutWhereItsBodyDoesNotEnd() throws IOException {
    sendUntilItIsCut(UNREAD + WITHOUT_END);
  }

  /** As long as it may be to be read to its end, and one byte more. */
  @Test
  void itGoesOnBehindABodyThatIsShortEnough() throws Exception {
    String post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
    try (var rig = new Rig();
        Client client = rig.connect()) {
      client.send(post + DiscardedBody.MOST + "\r\n\r\n");
      assertThat(client.readTo("POST /\n")).doesNotContain("Connection: close");
      client.send(bytes((int) DiscardedBody.MOST));
      client.send(post + (DiscardedBody.MOST + 1) + "\r\n\r\n");

      assertThat(client.readToEnd()).contains("Connection: close\r\n").endsWith("POST /\n");
    }
  }
}
