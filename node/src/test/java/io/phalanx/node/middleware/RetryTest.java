package io.phalanx.node.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
  private static final HeaderName X_TRY = HeaderName.of("X-Try");
  private static final Failure UNREACHABLE = fault(Stage.CONNECTING, Kind.UNREACHABLE);

  private static Failure fault(Stage stage, Kind kind) {
    return new Failure.UpstreamFault("http://h", stage, kind, "broken");
  }

  /** A service that does by turns what it is told, and then answers 200. */
  private static final class Service implements ExchangeHandler {
    private final List<ExchangeHandler> turns;
    private final List<String> received = new ArrayList<>();

    Service(ExchangeHandler... turns) {
      this.turns = List.of(turns);
    }

    @Override
    public void handle(Exchange exchange) {
      int turn = received.size();
      received.add(exchange.request().method() + ' ' + exchange.request().path() + ' ');
      // As a step behind might do, once for each try.
      exchange.request().path("/v1" + exchange.request().path());
      (turn < turns.size() ? turns.get(turn) : answering(200, "fine")).handle(exchange);
    }

    void read(Exchange exchange) {
      var into = ByteBuffer.allocate(1000);
      try {
        while (exchange.requestBody().read(into) >= 0) {
          // To the end.
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      received.add(
          received.removeLast()
              + new String(into.array(), 0, into.position(), StandardCharsets.ISO_8859_1));
    }

    private ExchangeHandler reading(ExchangeHandler then) {
      return exchange -> {
        read(exchange);
        then.handle(exchange);
      };
    }
  }

  private static ExchangeHandler failing(Failure failure) {
    return exchange -> exchange.fail(failure);
  }

  private static ExchangeHandler answering(int status, String body) {
    return exchange -> {
      exchange.response().status(status);
      exchange.response().headers().add(X_TRY, body);
      exchange.trail().answered(status, 1);
      BodySink sink = exchange.startResponse(body.length());
      try {
        sink.write(ByteBuffer.wrap(body.getBytes(StandardCharsets.ISO_8859_1)));
        sink.finish();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static TestExchange get() {
    return new TestExchange(TestRequest.get("/cart").head());
  }

  private static TestExchange sent(String options, TestExchange exchange, Service service) {
    Verdict verdict = Passage.of(Retry.TYPE, options).step().onRequest(exchange.request());
    if (verdict instanceof Verdict.Enclose enclose) {
      enclose.enclosure().answer(exchange, service);
      exchange.pass(Duration.ofMinutes(10));
    } else {
      assertThat(verdict).isEqualTo(Verdict.PROCEED);
      service.handle(exchange);
    }
    return exchange;
  }

  @Test
  void asksAgainWhereNothingWasSent() {
    var service = new Service(failing(UNREACHABLE), failing(UNREACHABLE));

    var exchange = sent("attempts: 3", get(), service);

    assertThat(exchange.body()).isEqualTo("fine");
    assertThat(exchange.failure()).isEmpty();
    assertThat(exchange.trail().retries()).isEqualTo(2);
    assertThat(service.received).containsOnly("GET /cart ").hasSize(3);
  }

  @Test
  void theLastFailureIsTheClients() {
    var service = new Service(failing(UNREACHABLE), failing(UNREACHABLE), failing(UNREACHABLE));

    var exchange = sent("attempts: 2", get(), service);

    assertThat(exchange.failure()).contains(UNREACHABLE);
    assertThat(service.received).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(names = "CONNECTING", mode = EnumSource.Mode.EXCLUDE)
  void doesNotAskAgainWhereSomethingMayHaveBeenSent(Stage stage) {
    var service = new Service(failing(fault(stage, Kind.CLOSED)));

    assertThat(sent("attempts: 3", get(), service).failure()).isPresent();
    assertThat(service.received).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"UNREACHABLE,502", "TIMEOUT,504", "TLS,500"})
  void aFailureCountsAsTheStatusThatItWouldBe(Kind kind, int status) {
    String options = "{attempts: 2, disableRetryOnNetworkError: true, status: [\"%d\"]}";
    var service = new Service(failing(fault(Stage.AWAITING_HEAD, kind)));
    var other = new Service(failing(fault(Stage.AWAITING_HEAD, kind)));

    assertThat(sent(options.formatted(status), get(), service).body()).isEqualTo("fine");
    assertThat(sent(options.formatted(status + 1), get(), other).failure()).isPresent();
  }

  @Test
  void withoutNetworkErrorsOnlyStatusesCount() {
    var service = new Service(failing(UNREACHABLE));

    var exchange =
        sent("{attempts: 2, disableRetryOnNetworkError: true, status: [\"503\"]}", get(), service);

    assertThat(exchange.failure()).contains(UNREACHABLE);
  }

  @Test
  void nothingIsLeftOfAnAnswerThatWasDiscarded() {
    var service = new Service(answering(503, "busy"), answering(429, "later"));

    var exchange = sent("{attempts: 5, status: [\"429\", \"502-504\"]}", get(), service);

    assertThat(exchange.response().status()).isEqualTo(200);
    assertThat(exchange.responseHeaders().text()).containsExactly("x-try: fine");
    assertThat(exchange.body()).isEqualTo("fine");
    assertThat(exchange.trail().originStatus()).isEqualTo(200);
  }

  @Test
  void theLastAnswerIsPassedOnWhateverItsStatus() {
    var service = new Service(answering(503, "1"), answering(503, "2"), answering(503, "3"));

    assertThat(sent("{attempts: 2, status: [\"503\"]}", get(), service).body()).isEqualTo("2");
  }

  @Test
  void answersOfMiddlewaresBehindCountByTheirStatus() {
    var service = new Service(exchange -> exchange.respond(Answer.text(429, "no")));

    assertThat(sent("{attempts: 2, status: [\"429\"]}", get(), service).body()).isEqualTo("fine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PATCH", "LOCK"})
  void statusesDoNotRepeatWhatMustNotBeDoneTwice(String method) {
    var careful = new Service(answering(503, "busy"));
    var bold = new Service(answering(503, "busy"));
    var unsent = new Service(failing(UNREACHABLE));
    String options = "{attempts: 2, status: [\"503\"]%s}";

    assertThat(sent(options.formatted(""), with(method, "a=1"), careful).body()).isEqualTo("busy");
    assertThat(
            sent(options.formatted(", retryNonIdempotentMethod: true"), with(method, "a=1"), bold)
                .body())
        .isEqualTo("fine");
    assertThat(sent(options.formatted(""), with(method, "a=1"), unsent).body()).isEqualTo("fine");
  }

  private static TestExchange with(String method, String body) {
    return new TestExchange(TestRequest.of(method, "/cart").head(), body);
  }

  @Test
  void eachTryGetsTheWholeBody() {
    var service = new Service();
    var scripted =
        new Service(
            exchange -> service.reading(answering(503, "busy")).handle(exchange),
            exchange -> service.reading(answering(200, "done")).handle(exchange));
    service.received.add("");

    var exchange =
        sent("{attempts: 2, status: [\"503\"]}", with("PUT", "0123456789 0123456789"), scripted);

    assertThat(exchange.body()).isEqualTo("done");
    assertThat(service.received).containsExactly("0123456789 01234567890123456789 0123456789");
  }

  @Test
  void aBodyOverTheLimitIsPassedOnButNotRepeated() {
    var bodies = new Service();
    bodies.received.add("");
    var service = new Service(exchange -> bodies.reading(answering(503, "busy")).handle(exchange));

    var exchange =
        sent(
            "{attempts: 2, status: [\"503\"], maxRequestBodyBytes: 10}",
            with("PUT", "0123456789x"),
            service);

    assertThat(exchange.body()).isEqualTo("busy");
    assertThat(bodies.received).containsExactly("0123456789x");
  }

  @Test
  void aBodyThatWasReadIsNotSentAgainThoughTheFailureSaysNothingWas() {
    var bodies = new Service();
    bodies.received.add("");
    var service = new Service(exchange -> bodies.reading(failing(UNREACHABLE)).handle(exchange));

    assertThat(sent("attempts: 3", with("PUT", "abc"), service).failure()).contains(UNREACHABLE);
    assertThat(service.received).hasSize(1);
  }

  @Test
  void waitsLongerEachTime() {
    var service = new Service(failing(UNREACHABLE), failing(UNREACHABLE), failing(UNREACHABLE));

    var exchange = sent("{attempts: 4, initialInterval: 1s}", get(), service);

    assertThat(exchange.delays()).hasSize(3);
    double bound = 1.5;
    for (Duration delay : exchange.delays()) {
      assertThat(delay.toNanos() / 1e9).isBetween(bound / 3, bound);
      bound *= Math.cbrt(2);
    }
  }

  @Test
  void theIntervalsMakeUpTwo() {
    var backoff = new Backoff(Duration.ofSeconds(1), 3, () -> 0.5);

    assertThat(List.of(backoff.next().toMillis(), backoff.next().toMillis()))
        .containsExactly(1000L, 1414L);
    assertThat(new Backoff(Duration.ofHours(1), 2, () -> 0.5).next())
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void stopsWhenTheTimeIsUp() {
    var service = new Service(failing(UNREACHABLE), failing(UNREACHABLE), failing(UNREACHABLE));

    var exchange = sent("{attempts: 9, timeout: 1ns}", get(), service);

    assertThat(exchange.failure()).contains(UNREACHABLE);
    assertThat(service.received).hasSize(1);
  }

  @Test
  void doesNotAskAgainForAClientThatLeft() {
    var service = new Service(failing(UNREACHABLE));
    var exchange = get();
    Verdict verdict =
        Passage.of(Retry.TYPE, "{attempts: 3, initialInterval: 1s}")
            .step()
            .onRequest(exchange.request());
    if (verdict instanceof Verdict.Enclose enclose) {
      enclose.enclosure().answer(exchange, service);
    }

    exchange.abandon();
    exchange.pass(Duration.ofMinutes(1));

    assertThat(service.received).hasSize(1);
  }

  @Test
  void aTryIsCancelledWhenTheClientLeaves() {
    var cancelled = new ArrayList<String>();
    var service =
        new Service(
            exchange -> exchange.whenAbandoned(() -> cancelled.add("first")),
            exchange -> exchange.whenAbandoned(() -> cancelled.add("second")));
    var exchange = get();

    sent("attempts: 3", exchange, service);
    exchange.abandon();

    assertThat(cancelled).containsExactly("first");
  }

  @Test
  void anAnswerThatNobodyWantsIsNotReadToItsEnd() {
    var endless =
        new Service(
            exchange -> {
              exchange.response().status(503);
              BodySink sink = exchange.startResponse(-1);
              try {
                while (true) {
                  sink.write(ByteBuffer.allocate(1000));
                }
              } catch (IOException _) {
                // It is cut off.
              }
            });

    assertThat(sent("{attempts: 2, status: [\"503\"]}", get(), endless).body()).isEqualTo("fine");
  }

  @Test
  void onlyOneAttemptIsNoRetry() {
    assertThat(sent("attempts: 1", get(), new Service()).body()).isEqualTo("fine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{initialInterval: 100ms} | attempts must be at least 1, not 0",
        "{attempts: -1} | attempts must be at least 1, not -1",
        "{attempts: 2, disableRetryOnNetworkError: true}"
            + " | disableRetryOnNetworkError leaves nothing to retry for without status",
        "{attempts: 2, status: [5xx]}"
            + " | \"5xx\" is neither a status nor a range such as 500-599",
      })
  void refusesWhatCannotWork(String options, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(Retry.TYPE, options))
        .withMessage(message);
  }
}
