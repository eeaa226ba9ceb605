package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients get for what handlers answer, byte for byte. */
class AnswersTest {
  private static final HeaderName X_STEP = HeaderName.of("X-Step");
  private static final String LAST = " / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  @Test
  void sendsAWholeAnswerWithItsLengthAndADate() throws IOException {
    String reply = reply("GET" + LAST, exchange -> exchange.respond(Answer.text(200, "gr\u00fcn")));

    assertThat(reply)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Content-Length: 5\r\n", "Connection: close\r\n")
        .containsPattern("\r\nDate: \\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT\r\n")
        .doesNotContain("Server:")
        .endsWith("\r\n\r\n" + new String(bytes("gr\u00fcn"), StandardCharsets.ISO_8859_1));
  }

  @Test
  void sendsInterimAnswersInFrontOfTheAnswer() throws IOException {
    assertThat(reply("GET" + LAST, AnswersTest::hint))
        .startsWith(
            "HTTP/1.1 102 Processing\r\n\r\n"
                + "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\nok");
  }

  @Test
  void sparesHttp10ClientsInterimAnswers() throws IOException {
    assertThat(reply("GET / HTTP/1.0\r\n\r\n", AnswersTest::hint)).startsWith("HTTP/1.0 200 OK");
  }

  private static void hint(Exchange exchange) {
    exchange.sendInterim(102, _ -> {});
    exchange.sendInterim(103, headers -> headers.add(HeaderName.of("Link"), "</a.css>"));
    exchange.respond(Answer.text(200, "ok"));
    exchange.sendInterim(103, headers -> headers.add(HeaderName.of("Link"), "</late.css>"));
  }

  @Test
  void leavesTheBodyOutForHeadAndKeepsItsLength() throws IOException {
    assertThat(reply("HEAD" + LAST, exchange -> exchange.respond(Answer.text(404, "nothing"))))
        .contains("Content-Length: 7\r\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void saysNoLengthForHeadWhereItIsNotKnown() throws IOException {
    assertThat(reply("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nGET" + LAST, stream("ab", -1)))
        .startsWith("HTTP/1.1 200 OK\r\nDate: ")
        .contains("\r\n\r\nHTTP/1.1 200 OK\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void sendsNeitherBodyNorLengthWhereNoneBelongs(int status) throws IOException {
    assertThat(reply("GET" + LAST, exchange -> exchange.respond(Answer.text(status, "body"))))
        .startsWith("HTTP/1.1 " + status)
        .contains("Connection: close\r\n")
        .doesNotContain("Content-Length", "Transfer-Encoding")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({"HTTP/1.1,''", "HTTP/1.1,Connection: close", "HTTP/1.1,'Connection: a, close'"})
  void sendsChunksWhereTheLengthIsNotKnown(String version, String line) throws IOException {
    String head = "GET / " + version + "\r\nHost: a\r\n" + (line.isEmpty() ? "" : line + "\r\n");

    assertThat(reply(head + "\r\nGET" + LAST, stream("hello", -1)))
        .contains("Transfer-Encoding: chunked\r\n")
        .containsPattern("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  }

  @Test
  void endsAnHttp10AnswerOfUnknownLengthWithTheConnection() throws IOException {
    assertThat(
            reply(
                "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET" + LAST, stream("hello", -1)))
        .doesNotContain("Transfer-Encoding", "Connection:")
        .endsWith("\r\n\r\nhello");
  }

  @Test
  void keepsAnHttp10ConnectionOnlyForAClientThatAsks() throws IOException {
    String kept = "GET /kept HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    String once = "GET /once HTTP/1.0\r\n\r\nGET /ignored HTTP/1.0\r\n\r\n";

    String reply = reply(kept + once, Rig::answerWithTheRequestLine);

    assertThat(reply)
        .containsSubsequence(
            "Connection: keep-alive\r\n", "GET /kept\n", "HTTP/1.0 200", "GET /once\n")
        .doesNotContain("ignored", "Connection: close");
  }

  @Test
  void readsNothingBehindAConnectionThatIsToClose() throws IOException {
    String list = "GET /one HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n";

    assertThat(reply(list + "GET" + LAST, Rig::answerWithTheRequestLine)).endsWith("GET /one\n");
  }

  @Test
  void letsStepsSeeTheHeadLastFirst() throws IOException {
    String reply =
        reply(
            "GET" + LAST,
            exchange -> {
              exchange.addResponseStep(head -> head.headers().add(X_STEP, "first"));
              exchange.addResponseStep(
                  head -> {
                    head.headers().add(X_STEP, "second");
                    head.status(201);
                  });
              exchange.respond(Answer.text(200, "ok"));
            });

    assertThat(reply)
        .startsWith("HTTP/1.1 201 ")
        .containsSubsequence("X-Step: second\r\n", "X-Step: first\r\n");
  }

  @Test
  void letsStepsSeeTheAnswerToAFailure() throws IOException {
    String reply =
        reply(
            "GET" + LAST,
            exchange -> {
              exchange.response().headers().set(HeaderName.of("X-Half"), "done");
              exchange.addResponseStep(head -> head.headers().set(X_STEP, "seen"));
              exchange.fail(new Failure.NoServer("shop@file"));
            });

    assertThat(reply)
        .startsWith("HTTP/1.1 503 ")
        .contains("Content-Type: text/plain; charset=utf-8\r\n", "X-Step: seen\r\n")
        .contains("X-Content-Type-Options: nosniff\r\n")
        .doesNotContain("X-Half")
        .endsWith("\r\n\r\nno available server\n");
  }

  @Test
  void says500WhereAHandlerOrAStepThrows() throws IOException {
    assertThat(reply("GET" + LAST, AnswersTest::crash))
        .startsWith("HTTP/1.1 500 ")
        .endsWith("\r\n\r\nInternal Server Error");
    assertThat(
            reply(
                "GET" + LAST,
                exchange -> {
                  exchange.addResponseStep(_ -> crash(exchange));
                  exchange.respond(Answer.text(200, "ok"));
                }))
        .startsWith("HTTP/1.1 500 ");
  }

  @Test
  void says500WhereAHandlerForgetsToAnswer() throws IOException {
    assertThat(reply("GET" + LAST, _ -> {})).startsWith("HTTP/1.1 500 ");
  }

  @Test
  void breaksOffWhatFailsBehindTheHead() throws Exception {
    try (var rig =
        new Rig(
            new Rig.Options(),
            exchange -> {
              write(exchange.startResponse(10), "hello");
              exchange.fail(new Failure.NodeFault("broken", new IllegalStateException("test")));
            })) {
      assertThat(rig.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("\r\n\r\nhello");
      assertThat(rig.nextCompleted().responseBytes()).isEqualTo(5);
    }
  }

  @Test
  void tellsObserversWhatBecameOfARequest() throws Exception {
    try (var rig =
        new Rig(
            new Rig.Options(),
            exchange -> {
              exchange.request().path("/edited");
              exchange.request().host("inner");
              exchange.respond(Answer.text(201, "made"));
            })) {
      rig.exchange("GET /a?b=c HTTP/1.0\r\nHost: shop.test\r\n\r\n");

      CompletedExchange completed = rig.nextCompleted();

      assertThat(completed.host()).isEqualTo("shop.test");
      assertThat(completed.target()).isEqualTo("/a?b=c");
      assertThat(completed.protocol()).isEqualTo("HTTP/1.0");
      assertThat(completed.response().status()).isEqualTo(201);
      assertThat(completed.responseBytes()).isEqualTo(4);
      assertThat(completed.duration()).isPositive();
    }
  }

  @Test
  void overrulesAFramingThatAMiddlewareMadeUp() throws IOException {
    String reply =
        reply(
            "GET" + LAST,
            exchange -> {
              exchange.addResponseStep(
                  head -> {
                    head.headers().set(HeaderName.of("Transfer-Encoding"), "gzip");
                    head.headers().set(HeaderName.of("Content-Length"), "99");
                    head.headers().set(HeaderName.of("Connection"), "X-A");
                  });
              exchange.respond(Answer.text(200, "ok"));
            });

    assertThat(reply)
        .contains("Content-Length: 2\r\n", "Connection: close\r\n")
        .doesNotContain("gzip", "99", "X-A");
  }

  @Test
  void doesNotWaitForAClientThatReadsNothing() throws Exception {
    byte[] large = new byte[64 << 20];
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.suspend();
                  pour(exchange.startResponse(large.length), ByteBuffer.wrap(large));
                });
        Client stuck = rig.connect();
        Client other = rig.connect()) {
      stuck.send("GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n");
      stuck.readTo("\r\n\r\n");
      other.send("HEAD /other" + LAST.substring(2));

      assertThat(other.readToEnd()).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(stuck.socket.getInputStream().readNBytes(large.length)).isEqualTo(large);
    }
  }

  private static void crash(Exchange exchange) {
    throw new IllegalStateException("crashed for " + exchange.request().path());
  }

  private static String reply(String request, ExchangeHandler handler) throws IOException {
    try (var rig = new Rig(new Rig.Options(), handler)) {
      return rig.exchange(request);
    }
  }

  private static ExchangeHandler stream(String body, long length) {
    return exchange -> {
      BodySink sink = exchange.startResponse(length);
      write(sink, exchange.request().method().equals("HEAD") ? "" : body);
      finish(sink);
    };
  }

  private static void write(BodySink sink, String text) {
    try {
      sink.write(ByteBuffer.wrap(bytes(text)));
      sink.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void pour(BodySink sink, ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        if (sink.write(bytes) == 0) {
          sink.whenWritable(() -> pour(sink, bytes));
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    finish(sink);
  }

  private static void finish(BodySink sink) {
    try {
      if (!sink.finish()) {
        sink.whenWritable(() -> finish(sink));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
