package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BufferingTest {
  private final List<String> received = new ArrayList<>();
  private final List<Runnable> over = new ArrayList<>();

  private ExchangeHandler reading(ExchangeHandler... turns) {
    return exchange -> {
      var into = ByteBuffer.allocate(10_000);
      try {
        while (exchange.requestBody().read(into) >= 0) {
          // To the end.
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      int turn = received.size();
      received.add(
          exchange.request().method()
              + ' '
              + exchange.requestBody().length()
              + ' '
              + new String(into.array(), 0, into.position(), ISO_8859_1));
      exchange.whenOver(() -> over.add(() -> {}));
      turns[Math.min(turn, turns.length - 1)].handle(exchange);
    };
  }

  private static ExchangeHandler answering(int status, long length, String body) {
    return exchange -> {
      exchange.response().status(status);
      exchange.response().headers().add(HeaderName.of("X-Body"), body.substring(0, 1));
      BodySink sink = exchange.startResponse(length);
      try {
        var bytes = ByteBuffer.wrap(body.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
          sink.write(bytes);
        }
        sink.finish();
      } catch (IOException e) {
        exchange.fail(new Failure.ClientFault(499, e.toString()));
      }
    };
  }

  private static ExchangeHandler failing(Failure.UpstreamFault.Kind kind) {
    return exchange ->
        exchange.fail(
            new Failure.UpstreamFault(
                "http://h", Failure.UpstreamFault.Stage.AWAITING_HEAD, kind, "broken"));
  }

  private static TestExchange post(String body, long length) {
    return new TestExchange(TestRequest.of("POST", "/").head(), body, length);
  }

  private static TestExchange sent(String options, TestExchange exchange, ExchangeHandler server) {
    Verdict verdict = Passage.of(Buffering.TYPE, options).step().onRequest(exchange.request());
    ((Verdict.Enclose) verdict).enclosure().answer(exchange, server);
    exchange.pass(Duration.ofMinutes(1));
    return exchange;
  }

  @ParameterizedTest
  @ValueSource(longs = {12, -1})
  void theServerGetsAWholeBodyWithItsLength(long length) {
    var exchange = sent("{}", post("twelve bytes", length), reading(answering(200, 4, "fine")));

    assertThat(received).containsExactly("POST 12 twelve bytes");
    assertThat(exchange.body()).isEqualTo("fine");
    assertThat(exchange.responseHeaders().text()).containsExactly("x-body: f");
  }

  @ParameterizedTest
  @CsvSource({"20, 20, 200", "20, -1, 200", "21, 21, 413", "21, -1, 413"})
  void aRequestOverTheLimitIsRefused(int size, long length, int status) {
    var exchange =
        sent(
            "{maxRequestBodyBytes: 20}",
            post("x".repeat(size), length),
            reading(answering(200, 4, "fine")));

    assertThat(exchange.response().status()).isEqualTo(status);
    assertThat(exchange.body()).isEqualTo(status == 200 ? "fine" : "Request Entity Too Large");
    assertThat(received).hasSize(status == 200 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"20, 20, 200", "20, -1, 200", "21, 21, 500", "21, -1, 500"})
  void anAnswerOverTheLimitIsNone(int size, long length, int status) {
    var exchange =
        sent(
            "{maxResponseBodyBytes: 20}",
            post("", 0),
            reading(answering(200, length, "y".repeat(size))));

    assertThat(exchange.response().status()).isEqualTo(status);
    assertThat(exchange.body()).isEqualTo(status == 200 ? "y".repeat(20) : "Internal Server Error");
  }

  @Test
  void nothingReachesTheClientBeforeTheAnswerIsWhole() throws IOException {
    var inner = new Exchange[1];
    var exchange = sent("{}", post("", 0), reached -> inner[0] = reached);
    BodySink sink = inner[0].startResponse(-1);

    sink.write(ByteBuffer.wrap(new byte[] {'a'}));
    sink.flush();
    exchange.pass(Duration.ofMinutes(1));
    assertThat(exchange.body()).isEmpty();
    sink.finish();
    exchange.pass(Duration.ofMinutes(1));
    assertThat(exchange.body()).isEqualTo("a");
  }

  @Test
  void sendsAgainWhileTheExpressionHolds() {
    String options = "{retryExpression: 'ResponseCode() == 503 && Attempts() <= 2'}";
    var exchange =
        sent(
            options,
            post("job=1", 5),
            reading(
                answering(503, 4, "no 1"), answering(503, 4, "no 2"), answering(503, 4, "no 3")));

    assertThat(received).containsExactly("POST 5 job=1", "POST 5 job=1", "POST 5 job=1");
    assertThat(exchange.response().status()).isEqualTo(503);
    assertThat(exchange.body()).isEqualTo("no 3");
    assertThat(exchange.responseHeaders().text()).containsExactly("x-body: n");
    assertThat(exchange.trail().retries()).isEqualTo(2);
    assertThat(over).hasSize(3);
  }

  @Test
  void triesTenTimesAtMost() {
    sent("{retryExpression: 'Attempts() > 0'}", post("", 0), reading(answering(200, 1, "x")));

    assertThat(received).hasSize(10);
  }

  @Test
  void failuresCountAsTheStatusesThatTheyBecome() {
    String options = "{retryExpression: 'IsNetworkError() && Attempts() < 3'}";
    var again =
        sent(
            options,
            post("a", 1),
            reading(failing(Failure.UpstreamFault.Kind.TIMEOUT), answering(200, 4, "fine")));
    received.clear();
    var not = sent(options, post("a", 1), reading(failing(Failure.UpstreamFault.Kind.TLS)));

    assertThat(again.body()).isEqualTo("fine");
    assertThat(not.failure()).isPresent();
    assertThat(received).hasSize(1);
  }

  @Test
  void stepsBehindSeeTheHeadOfEachTry() {
    var seen = new ArrayList<Integer>();
    ExchangeHandler server = reading(answering(503, 1, "a"), answering(200, 1, "b"));

    sent(
        "{retryExpression: 'ResponseCode() == 503'}",
        post("", 0),
        exchange -> {
          exchange.addResponseStep(response -> seen.add(response.status()));
          server.handle(exchange);
        });

    assertThat(seen).containsExactly(503, 200);
  }

  @Test
  void answersOfMiddlewaresBehindAreHeldToo() {
    var exchange = sent("{}", post("", 0), inner -> inner.respond(Answer.text(429, "slow down")));

    assertThat(exchange.response().status()).isEqualTo(429);
    assertThat(exchange.body()).isEqualTo("slow down");
  }

  @Test
  void anUpgradePasses() {
    var head = TestRequest.get("/").head();
    head.upgrade("websocket");

    assertThat(Passage.of(Buffering.TYPE, "{}").step().onRequest(head)).isEqualTo(Verdict.PROCEED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{maxRequestBodyBytes: -1} | maxRequestBodyBytes must not be below 0, but is -1",
        "{memResponseBodyBytes: -1} | memResponseBodyBytes must not be below 0, but is -1",
        "{retryExpression: 'Attempts()'}"
            + " | retryExpression: at character 11: expected a comparison, as in Attempts() < 3"
      })
  void refusesWhatCannotWork(String options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(Buffering.TYPE, options))
        .withMessage(message);
  }
}
