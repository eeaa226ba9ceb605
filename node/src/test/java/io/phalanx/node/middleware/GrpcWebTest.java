package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.exchange.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcWebTest {
  private static final String MESSAGE = "\0\0\0\0\u0005hello";
  private static final String OPTIONS = "{allowOrigins: [\"https://ui.test\"]}";

  private static final Trailers FINE =
      new Trailers(List.of(new Answer.Field(HeaderName.of("grpc-status"), "0")));

  private static TestRequest call(String type) {
    return TestRequest.of("POST", "/echo.Echo/Say")
        .with("Content-Type", type)
        .with("Cookie", "session=1")
        .with("X-Grpc-Web", "1");
  }

  private static TestExchange exchange(TestRequest request, String body) {
    return new TestExchange(request.head(), body);
  }

  private static Exchange server(String options, TestExchange exchange) {
    Verdict verdict = Passage.of(GrpcWeb.TYPE, options).step().onRequest(exchange.request());
    assertThat(verdict).isInstanceOf(Verdict.Enclose.class);
    var reached = new Exchange[1];
    ((Verdict.Enclose) verdict).enclosure().answer(exchange, inner -> reached[0] = inner);
    return reached[0];
  }

  private static String received(Exchange server) throws IOException {
    var all = new StringBuilder();
    var into = ByteBuffer.allocate(64);
    while (server.requestBody().read(into) >= 0) {
      all.append(new String(into.array(), 0, into.position(), ISO_8859_1));
      into.clear();
    }
    return all.toString();
  }

  private static void answer(Exchange server, long length, String body, Trailers trailers)
      throws IOException {
    BodySink sink = server.startResponse(length);
    sink.write(ByteBuffer.wrap(body.getBytes(ISO_8859_1)));
    sink.trailers(trailers);
    assertThat(sink.finish()).isTrue();
  }

  private static void head(Exchange server, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      server.response().headers().add(HeaderName.of(headers[i]), headers[i + 1]);
    }
  }

  private static String field(TestExchange exchange, String name) {
    return String.join(" | ", exchange.response().headers().all(HeaderName.of(name)));
  }

  private static String field(RequestHead request, String name) {
    return String.join(" | ", request.headers().all(HeaderName.of(name)));
  }

  @ParameterizedTest
  @CsvSource({
    "application/grpc-web, application/grpc, application/grpc-web",
    "application/grpc-web+proto, application/grpc+proto, application/grpc-web+proto",
    "Application/GRPC-Web+proto, application/grpc+proto, application/grpc-web+proto"
  })
  void aBinaryCallIsOneOfGrpc(String type, String asked, String answered) throws IOException {
    TestExchange exchange = exchange(call(type), MESSAGE);

    Exchange server = server(OPTIONS, exchange);
    head(server, "Content-Type", asked, "Trailer", "grpc-status", "Set-Cookie", "a=b");

    assertThat(field(server.request(), "Content-Type")).isEqualTo(asked);
    assertThat(field(exchange.request(), "Content-Type")).isEqualTo(type);
    assertThat(field(server.request(), "Cookie")).isEqualTo("session=1");
    assertThat(server.requestBody().length()).isEqualTo(-1);
    assertThat(received(server)).isEqualTo(MESSAGE);
    answer(server, 10, "\0\0\0\0\u0005world", FINE);
    assertThat(field(exchange, "Content-Type")).isEqualTo(answered);
    assertThat(field(exchange, "Set-Cookie")).isEqualTo("a=b");
    assertThat(field(exchange, "Trailer")).isEmpty();
    assertThat(exchange.body())
        .isEqualTo("\0\0\0\0\u0005world\u0080\0\0\0\u0010grpc-status: 0\r\n");
  }

  @Test
  void aCallInTextIsDecodedAndItsAnswerEncoded() throws IOException {
    TestExchange exchange = exchange(call("application/grpc-web-text+proto"), "AAAAAAVoZWxsbw==");

    Exchange server = server(OPTIONS, exchange);
    head(server, "Content-Type", "application/grpc");

    assertThat(field(server.request(), "Content-Type")).isEqualTo("application/grpc+proto");
    assertThat(received(server)).isEqualTo(MESSAGE);
    answer(server, -1, "\0\0\0\0\u0005world", FINE);
    assertThat(field(exchange, "Content-Type")).isEqualTo("application/grpc-web-text");
    assertThat(exchange.body()).isEqualTo("AAAAAAV3b3JsZA==gAAAABBncnBjLXN0YXR1czogMA0K");
  }

  @Test
  void anAnswerThatIsAHeadOnlyStaysOne() throws IOException {
    TestExchange exchange =
        exchange(call("application/grpc-web").with("Origin", "https://ui.test"), MESSAGE);
    Exchange server = server(OPTIONS, exchange);
    head(server, "Content-Type", "application/grpc", "grpc-status", "5", "grpc-message", "gone");

    answer(server, 0, "", Trailers.NONE);

    assertThat(exchange.body()).isEmpty();
    assertThat(field(exchange, "grpc-status")).isEqualTo("5");
    assertThat(field(exchange, "Access-Control-Expose-Headers"))
        .isEqualTo("content-type, grpc-message, grpc-status");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/grpc-web", "application/grpcx", ""})
  void anAnswerThatIsNoneOfGrpcPassesAsItIs(String type) throws IOException {
    TestExchange exchange =
        exchange(call("application/grpc-web-text").with("Origin", "https://ui.test"), "");
    Exchange server = server(OPTIONS, exchange);
    if (!type.isEmpty()) {
      head(server, "Content-Type", type);
    }

    answer(server, 4, "page", Trailers.NONE);

    assertThat(field(exchange, "Content-Type")).isEqualTo(type);
    assertThat(field(exchange, "Access-Control-Allow-Origin")).isEqualTo("https://ui.test");
    assertThat(exchange.body()).isEqualTo("page");
  }

  @Test
  void anAnswerThatBreaksOffHasNoLastFrame() throws IOException {
    TestExchange exchange = exchange(call("application/grpc-web"), MESSAGE);
    Exchange server = server(OPTIONS, exchange);
    head(server, "Content-Type", "application/grpc");
    BodySink sink = server.startResponse(-1);
    sink.write(ByteBuffer.wrap("\0\0\0\0\u0005wo".getBytes(ISO_8859_1)));

    server.fail(new Failure.NoServer("s@file"));

    assertThat(exchange.failure()).isPresent();
    assertThat(exchange.body()).isEqualTo("\0\0\0\0\u0005wo");
  }

  @ParameterizedTest
  @CsvSource({
    "'[\"https://ui.test\"]', https://ui.test, https://ui.test, true",
    "'[\"*\"]', https://any.test, https://any.test, true",
    "'[\"*\"]', '', '', ''",
    "'[\"https://ui.test\"]', https://ui.test.evil, '', ''",
    "'[]', https://ui.test, '', ''"
  })
  void callsTellWhoMayReadTheAnswer(
      String origins, String origin, String allowed, String credentials) {
    TestRequest request = call("application/grpc-web");
    TestExchange exchange =
        exchange(origin.isEmpty() ? request : request.with("Origin", origin), MESSAGE);

    server("{allowOrigins: " + origins + "}", exchange).respond(Answer.text(503, "none"));

    assertThat(field(exchange, "Access-Control-Allow-Origin")).isEqualTo(allowed);
    assertThat(field(exchange, "Access-Control-Allow-Credentials")).isEqualTo(credentials);
    assertThat(field(exchange, "Vary")).isEqualTo("Origin");
    assertThat(exchange.body()).isEqualTo("none");
  }

  @Test
  void originIsNamedOnceInVary() throws IOException {
    TestExchange exchange = exchange(call("application/grpc-web"), MESSAGE);
    Exchange server = server(OPTIONS, exchange);
    head(server, "Content-Type", "application/grpc", "Vary", "Accept, origin");

    answer(server, -1, "", FINE);

    assertThat(field(exchange, "Vary")).isEqualTo("Accept, origin");
  }

  private static TestRequest preflight(String origin, String method, String headers) {
    return TestRequest.of("OPTIONS", "/echo.Echo/Say")
        .with("Origin", origin)
        .with("Access-Control-Request-Method", method)
        .with("Access-Control-Request-Headers", headers);
  }

  @Test
  void answersPreflights() {
    Passage.Outcome outcome =
        Passage.of(GrpcWeb.TYPE, OPTIONS)
            .send(preflight("https://ui.test", "POST", "x-grpc-web,content-type"));

    assertThat(outcome.reachedServer()).isFalse();
    assertThat(outcome.status()).isEqualTo(200);
    assertThat(outcome.headers().text())
        .containsExactlyInAnyOrder(
            "vary: Origin",
            "vary: Access-Control-Request-Method",
            "vary: Access-Control-Request-Headers",
            "access-control-allow-origin: https://ui.test",
            "access-control-allow-methods: POST",
            "access-control-allow-headers: X-Grpc-Web, Content-Type",
            "access-control-allow-credentials: true",
            "access-control-max-age: 600");
  }

  @ParameterizedTest
  @CsvSource({"https://evil.test, POST", "https://ui.test, DELETE", "'', POST"})
  void allowsNothingToOthers(String origin, String method) {
    Passage.Outcome outcome =
        Passage.of(GrpcWeb.TYPE, OPTIONS).send(preflight(origin, method, "X-Grpc-Web"));

    assertThat(outcome.reachedServer()).isFalse();
    assertThat(outcome.status()).isEqualTo(200);
    assertThat(outcome.headers().text()).hasSize(3).allMatch(line -> line.startsWith("vary: "));
  }

  @Test
  void otherRequestsPass() {
    Passage web = Passage.of(GrpcWeb.TYPE, OPTIONS);

    for (TestRequest request :
        List.of(
            TestRequest.get("/page").with("Origin", "https://ui.test"),
            TestRequest.get("/").with("Content-Type", "application/grpc-web"),
            TestRequest.of("POST", "/").with("Content-Type", "application/json"),
            TestRequest.of("POST", "/").with("Content-Type", "application/grpc"),
            TestRequest.of("POST", "/").with("Content-Type", "application/grpc-webx"),
            preflight("https://ui.test", "POST", "x-grpc-webx"),
            TestRequest.of("OPTIONS", "/").with("Access-Control-Request-Headers", "x-grpc-web"))) {
      Passage.Outcome outcome = web.send(request);

      assertThat(outcome.reachedServer()).isTrue();
      assertThat(outcome.headers().text()).isEmpty();
    }
  }
}
