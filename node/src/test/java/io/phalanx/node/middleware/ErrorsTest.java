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

class ErrorsTest {
  private static final Failure UNREACHABLE =
      new Failure.UpstreamFault(
          "http://h",
          Failure.UpstreamFault.Stage.CONNECTING,
          Failure.UpstreamFault.Kind.UNREACHABLE,
          "broken");

  private final List<String> asked = new ArrayList<>();
  private ExchangeHandler page = answering(200, "sorry", "X-Page", "yes");

  private ServiceFinder services() {
    return name -> {
      assertThat(name).isEqualTo("pages@file");
      return exchange -> {
        var lines = new ArrayList<String>();
        exchange.request().headers().forEach((field, value) -> lines.add(field + ": " + value));
        asked.add(
            exchange.request().method()
                + ' '
                + exchange.request().host()
                + ' '
                + exchange.request().target()
                + ' '
                + lines
                + (exchange.request().peerWithheld() ? " withheld" : "")
                + exchange.requestBody().length());
        page.handle(exchange);
      };
    };
  }

  private static ExchangeHandler answering(int status, String body, String... headers) {
    return exchange -> {
      exchange.response().status(status);
      for (int i = 0; i < headers.length; i += 2) {
        exchange.response().headers().add(HeaderName.of(headers[i]), headers[i + 1]);
      }
      BodySink sink = exchange.startResponse(body.length());
      try {
        sink.write(ByteBuffer.wrap(body.getBytes(ISO_8859_1)));
        sink.finish();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private Passage passage(String options) {
    return Passage.of(Errors.TYPE, options, Passage.context(Passage.PARTS).among(services()));
  }

  private TestExchange sent(String options, TestRequest request, ExchangeHandler service) {
    var exchange = new TestExchange(request.head(), "a=1");
    Verdict verdict =
        passage("{service: pages, " + options + "}").step().onRequest(exchange.request());
    ((Verdict.Enclose) verdict).enclosure().answer(exchange, service);
    exchange.pass(Duration.ofMinutes(1));
    return exchange;
  }

  private TestExchange sent(String options, ExchangeHandler service) {
    return sent(options, TestRequest.of("POST", "/cart?x=a b".replace(" ", "%20")), service);
  }

  @Test
  void aPageTakesThePlaceOfAnAnswerUnderItsStatus() {
    var exchange =
        sent(
            "status: ['500-599'], query: '/errors/{status}.html'",
            answering(503, "stack trace", "X-App", "broken"));

    assertThat(exchange.response().status()).isEqualTo(503);
    assertThat(exchange.responseHeaders().text()).containsExactly("x-page: yes");
    assertThat(exchange.body()).isEqualTo("sorry");
    assertThat(asked).containsExactly("GET app.example /errors/503.html []0");
  }

  @Test
  void otherAnswersPass() {
    var exchange = sent("status: ['500']", answering(404, "not here"));

    assertThat(exchange.body()).isEqualTo("not here");
    assertThat(asked).isEmpty();
  }

  @Test
  void statusesAreRewritten() {
    String options =
        "status: ['418', '500-599'], query: '/{status}/{originalStatus}?u={url}',"
            + " statusRewrites: {'418': 404, '500-502': 500}";

    assertThat(sent(options, answering(418, "tea")).response().status()).isEqualTo(404);
    assertThat(sent(options, answering(502, "bad")).response().status()).isEqualTo(500);
    assertThat(sent(options, answering(503, "busy")).response().status()).isEqualTo(503);
    assertThat(asked)
        .extracting(text -> text.split(" ")[2])
        .containsExactly(
            "/404/418?u=http%3A%2F%2Fapp.example%2Fcart%3Fx%3Da%2520b",
            "/500/502?u=http%3A%2F%2Fapp.example%2Fcart%3Fx%3Da%2520b",
            "/503/503?u=http%3A%2F%2Fapp.example%2Fcart%3Fx%3Da%2520b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "query: ''", "query: '/'"})
  void withoutAQueryTheRootIsAsked(String query) {
    sent("status: ['500'], " + query, answering(500, ""));

    assertThat(asked.getFirst()).startsWith("GET app.example / ");
  }

  @Test
  void sendsTheRequestsHeadersButThoseOfItsBodyAndOfWhatTheClientHas() {
    TestRequest request =
        TestRequest.of("POST", "/")
            .with("Cookie", "id=7")
            .with("Content-Type", "text/x")
            .with("Content-Length", "3")
            .with("Range", "bytes=0-1")
            .with("If-None-Match", "\"v1\"");

    sent("status: ['500']", request, answering(500, ""));

    assertThat(asked.getFirst()).endsWith(" [Cookie: id=7, Content-Type: text/x]0");
  }

  @Test
  void sendsOnlyThoseThatAreNamed() {
    TestRequest request =
        TestRequest.get("/").with("Authorization", "secret").with("Accept-Language", "de");

    sent("status: ['500'], errorRequestHeaders: [accept-language]", request, answering(500, ""));
    sent("status: ['500'], errorRequestHeaders: []", request, answering(500, ""));

    assertThat(asked.get(0)).endsWith(" [Accept-Language: de] withheld0");
    assertThat(asked.get(1)).endsWith(" [] withheld0");
  }

  @Test
  void failuresAndAnswersOfTheProxyAreReplacedToo() {
    String options = "status: ['429', '500-599'], query: '/{status}'";

    var unreachable = sent(options, exchange -> exchange.fail(UNREACHABLE));
    var none = sent(options, exchange -> exchange.fail(new Failure.NoServer("app@file")));
    var limited = sent(options, exchange -> exchange.respond(Answer.text(429, "no")));

    assertThat(unreachable.response().status()).isEqualTo(502);
    assertThat(unreachable.trail().failure()).contains(UNREACHABLE);
    assertThat(none.response().status()).isEqualTo(503);
    assertThat(limited.response().status()).isEqualTo(429);
    assertThat(asked)
        .extracting(text -> text.split(" ")[2])
        .containsExactly("/502", "/503", "/429");
    assertThat(limited.body()).isEqualTo("sorry");
  }

  @Test
  void withoutAPageTheStatusStaysWithTheTextOfWhy() {
    page = exchange -> exchange.fail(UNREACHABLE);
    var unreachable = sent("status: ['500']", answering(500, "inner", "X-App", "broken"));
    page = exchange -> exchange.fail(new Failure.NoServer("pages@file"));
    var none = sent("status: ['500']", answering(500, "inner"));

    assertThat(unreachable.response().status()).isEqualTo(500);
    assertThat(unreachable.responseHeaders().text()).isEmpty();
    assertThat(unreachable.body()).isEqualTo("Bad Gateway");
    assertThat(none.body()).isEqualTo("Service Unavailable");
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 302, 500})
  void thePagesOwnStatusDoesNotCount(int status) {
    page = answering(status, "own");

    var exchange = sent("status: ['500']", answering(500, "inner"));

    assertThat(exchange.response().status()).isEqualTo(500);
    assertThat(exchange.body()).isEqualTo("own");
    assertThat(asked).hasSize(1);
  }

  @Test
  void answersThatThePagesMiddlewaresGiveAreShownToo() {
    page = exchange -> exchange.respond(Answer.text(401, "log in"));

    var exchange = sent("status: ['500']", answering(500, "inner"));

    assertThat(exchange.response().status()).isEqualTo(500);
    assertThat(exchange.body()).isEqualTo("log in");
  }

  @Test
  void aClientThatLeftIsShownNothing() {
    var exchange = new TestExchange(TestRequest.get("/").head());
    ((Verdict.Enclose)
            passage("{service: pages, status: ['500']}").step().onRequest(exchange.request()))
        .enclosure()
        .answer(exchange, answering(500, "inner"));

    exchange.abandon();
    exchange.pass(Duration.ofMinutes(1));

    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{status: ['500']} | service must not be empty",
        "{status: ['5xx'], service: pages}"
            + " | \"5xx\" is neither a status nor a range such as 500-599",
        "{status: ['500'], service: pages, statusRewrites: {'500': 99}}"
            + " | statusRewrites: 99 is not from 200 to 599",
        "{status: ['500'], service: pages, query: '/a b'}"
            + " | query holds a blank or a control character"
      })
  void refusesWhatCannotWork(String options, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> passage(options)).withMessage(message);
  }

  @Test
  void aServiceThatIsNotThereIsAMistake() {
    var context = Passage.context(Passage.PARTS);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Passage.of(Errors.TYPE, "{status: ['500'], service: gone@other}", context))
        .withMessage("there is no service \"gone@other\"");
  }

  @Test
  void anExchangeIsNotAskedTwiceForOneAnswer() {
    Exchange[] inner = new Exchange[1];
    var exchange = sent("status: ['500']", reached -> inner[0] = reached);

    assertThat(exchange.body()).isEmpty();
    answering(500, "inner").handle(inner[0]);
    exchange.pass(Duration.ofMinutes(1));
    assertThat(exchange.body()).isEqualTo("sorry");
    assertThat(asked).hasSize(1);
  }
}
