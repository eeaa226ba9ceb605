package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodiesTest {
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String LAST = "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  /** Answers with the size of the body and its first bytes; a failure with 400, as forwarding. */
  private static final class Measure implements Runnable {
    private final Exchange exchange;
    private final ByteBuffer into = ByteBuffer.allocateDirect(1000);
    private final StringBuilder start = new StringBuilder();
    private long size;

    Measure(Exchange exchange) {
      this.exchange = exchange;
    }

    static void handle(Exchange exchange) {
      exchange.suspend();
      new Measure(exchange).run();
    }

    @Override
    public void run() {
      try {
        int read;
        // Data begin where the caller says, not at the start of the buffer.
        while ((read = exchange.requestBody().read(into.clear().position(7))) > 0) {
          size += read;
          if (start.length() < 100) {
            start.append(StandardCharsets.ISO_8859_1.decode(into.flip().position(7)));
          }
        }
        if (read == 0) {
          exchange.requestBody().whenReadable(this);
        } else {
          exchange.respond(Answer.text(200, size + ":" + start + '\n'));
        }
      } catch (IOException e) {
        exchange.fail(new Failure.ClientFault(400, String.valueOf(e.getMessage())));
      }
    }
  }

  @Test
  void readsABodyOfKnownLength() throws IOException {
    assertThat(reply(POST + "Content-Length: 0005\r\n\r\nhello" + LAST))
        .containsSubsequence("5:hello\n", "HTTP/1.1 200", "0:\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5\r\nhello\r\n0\r\n\r\n",
        "005 \r\nhello\r\n000\r\n\r\n",
        "5;name=\"v;1\"\r\nhello\r\n0;last\r\n\r\n",
        "2\r\nhe\r\n3\r\nllo\r\n0\r\nX-Sneaky: abc\r\n\r\n",
      })
  void takesChunksOffTheBodyAndKnowsWhereItEnds(String body) throws IOException {
    assertThat(reply(CHUNKED + body + LAST))
        .containsSubsequence("5:hello\n", "HTTP/1.1 200", "0:\n");
  }

  @Test
  void readsChunksThatComeByteByByte() throws IOException {
    try (var rig = new Rig(new Rig.Options(), Measure::handle);
        Client client = rig.connect()) {
      String request = CHUNKED + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n" + LAST;
      for (int i = 0; i < request.length(); i++) {
        client.send(request.substring(i, i + 1));
      }

      assertThat(client.readToEnd()).containsSubsequence("5:hello\n", "0:\n");
    }
  }

  @Test
  void readsALargeBodyInBothFramings() throws Exception {
    String piece = "x".repeat(65_536);
    try (var rig = new Rig(new Rig.Options(), Measure::handle);
        Client client = rig.connect()) {
      client.send(POST + "Content-Length: " + 160L * piece.length() + "\r\n\r\n");
      for (int i = 0; i < 160; i++) {
        client.send(piece);
      }
      assertThat(client.readTo("\n\r\n")).startsWith("HTTP/1.1 200");
      assertThat(client.readTo("\n")).startsWith("10485760:");
      client.send(CHUNKED);
      for (int i = 0; i < 160; i++) {
        client.send("10000\r\n" + piece + "\r\n");
      }
      client.send("0\r\n\r\n");

      client.readTo("\n\r\n");
      assertThat(client.readTo("\n")).startsWith("10485760:");
      assertThat(rig.nextCompleted().requestBytes()).isEqualTo(10_485_760);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello world\r\n0\r\n\r\n",
        "\r\n5\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\n\n",
      })
  void refusesABrokenChunkAndWhatComesBehindIt(String body) throws IOException {
    assertThat(reply(CHUNKED + body + LAST))
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .contains("Connection: close\r\n")
        .endsWith("\r\n\r\nBad Request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 9\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"})
  void refusesABodyThatIsCutOff(String rest) throws IOException {
    try (var rig = new Rig(new Rig.Options(), Measure::handle);
        Client client = rig.connect()) {
      client.send(POST + rest);
      client.socket.shutdownOutput();

      assertThat(client.readToEnd()).doesNotContain("200");
    }
  }

  @Test
  void givesLeaveToSendWhenTheBodyIsRead() throws IOException {
    try (var rig = new Rig(new Rig.Options(), Measure::handle);
        Client client = rig.connect()) {
      client.send(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
      assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 100 Continue\r\n");
      client.send("hello" + LAST);

      assertThat(client.readToEnd()).containsSubsequence("5:hello\n", "0:\n");
    }
  }

  @Test
  void givesNoLeaveToSendWhatNobodyReads() throws IOException {
    try (var rig = new Rig();
        Client client = rig.connect()) {
      client.send(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");

      assertThat(client.readToEnd())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Connection: close\r\n")
          .doesNotContain("100 Continue");
    }
  }

  @Test
  void skipsAShortBodyThatNobodyReadAndServesTheNextRequest() throws Exception {
    try (var rig = new Rig();
        Client client = rig.connect()) {
      client.send(POST + "Content-Length: 100000\r\n\r\n");
      assertThat(client.readTo("POST /\n")).doesNotContain("Connection: close");
      client.send("x".repeat(100_000) + LAST);

      assertThat(client.readToEnd()).endsWith("GET /last\n");
    }
  }

  @Test
  void endsTheConnectionRatherThanSkipALongBody() throws Exception {
    try (var rig = new Rig();
        Client client = rig.connect()) {
      client.send(POST + "Content-Length: 10000000\r\n\r\n");

      assertThat(client.readToEnd()).contains("Connection: close\r\n").endsWith("POST /\n");
      assertThat(rig.nextCompleted().response().status()).isEqualTo(200);
    }
  }

  @Test
  void lendsNoEarToAChunkedBodyThatNobodyRead() throws Exception {
    try (var rig = new Rig()) {
      assertThat(rig.exchange(CHUNKED + "5\r\nhello\r\n0\r\n\r\n" + LAST))
          .contains("Connection: close\r\n")
          .endsWith("POST /\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 9\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhe"})
  void givesUpOnABodyThatDoesNotCome(String rest) throws IOException {
    var options = new Rig.Options();
    options.readTimeout = Duration.ofMillis(100);
    try (var rig = new Rig(options, Measure::handle)) {
      assertThat(rig.exchange(POST + rest))
          .startsWith("HTTP/1.1 408 ")
          .contains("Connection: close\r\n");
    }
  }

  @Test
  void doesNotReadAheadOfTheHandler() throws Exception {
    var go = new CountDownLatch(1);
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.suspend();
                  Thread.startVirtualThread(
                      () -> {
                        await(go);
                        exchange.ioThread().execute(() -> Measure.handle(exchange));
                      });
                });
        Client client = rig.connect()) {
      byte[] much = new byte[64 << 20];
      client.send(POST + "Content-Length: " + much.length + "\r\n\r\n");
      Thread sender = Thread.startVirtualThread(() -> sendAll(client, much));
      rig.nextSeen();

      assertThat(sender.join(Duration.ofMillis(300))).isFalse();
      go.countDown();
      client.readTo("\n\r\n");
      assertThat(client.readTo("\n")).startsWith(much.length + ":");
    }
  }

  private static void sendAll(Client client, byte[] bytes) {
    try {
      client.send(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static String reply(String request) throws IOException {
    try (var rig = new Rig(new Rig.Options(), Measure::handle)) {
      return rig.exchange(request);
    }
  }
}
