package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestHeaders;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardAuthTest {
  private static final String ADDRESS = "address: 'http://auth.example/oauth/verify?app=1'";
  private static final HeaderName SET_COOKIE = HeaderName.of("Set-Cookie");

  private static ExchangeHandler answering(int status, String body, String... headers) {
    return answering(status, body, body.length(), headers);
  }

  private static ExchangeHandler answering(
      int status, String body, long length, String... headers) {
    return exchange -> {
      exchange.response().status(status);
      TestHeaders.of(headers)
          .forEach((name, value) -> exchange.response().headers().add(HeaderName.of(name), value));
      BodySink sink = exchange.startResponse(length);
      try {
        sink.write(ByteBuffer.wrap(body.getBytes(ISO_8859_1)));
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
                "http://auth.example", Failure.UpstreamFault.Stage.CONNECTING, kind, "broken"));
  }

  /** What became of a request, and what the server behind received of it. */
  private record Outcome(TestExchange exchange, List<String> received) {}

  private static Outcome sent(String options, ScriptedServer auth, TestExchange exchange) {
    Verdict verdict =
        Passage.of(
                ForwardAuth.TYPE,
                "{" + ADDRESS + (options.isEmpty() ? "" : ", ") + options + "}",
                Passage.context(Passage.parts(auth)))
            .step()
            .onRequest(exchange.request());
    var received = new ArrayList<String>();
    ((Verdict.Enclose) verdict)
        .enclosure()
        .answer(
            exchange,
            inner -> {
              inner.request().headers().forEach((name, value) -> received.add(name + ": " + value));
              received.add("body: " + ScriptedServer.read(inner));
              answering(200, "app", "Set-Cookie", "sid=app", "Set-Cookie", "lang=de").handle(inner);
            });
    exchange.pass(Duration.ofMinutes(1));
    return new Outcome(exchange, received);
  }

  private static TestExchange get(String... headers) {
    TestRequest request = TestRequest.get("/cart?full=1").host("shop.example:8443");
    for (int i = 0; i < headers.length; i += 2) {
      request.with(headers[i], headers[i + 1]);
    }
    return new TestExchange(request.head());
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 299})
  void consentLetsTheRequestPass(int status) {
    var auth = new ScriptedServer(answering(status, "yes"));

    var outcome = sent("", auth, get("Cookie", "sid=1"));

    assertThat(auth.asked).containsExactly("GET auth.example /oauth/verify?app=1");
    assertThat(outcome.received()).containsExactly("Cookie: sid=1", "body: ");
    assertThat(outcome.exchange().body()).isEqualTo("app");
    assertThat(outcome.exchange().failure()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 401, 403, 404, 503})
  void anyOtherAnswerIsTheClients(int status) {
    var auth =
        new ScriptedServer(answering(status, "log in", "X-Reason", "none", "Set-Cookie", "a=1"));

    var outcome = sent("", auth, get());

    assertThat(outcome.received()).isEmpty();
    assertThat(outcome.exchange().response().status()).isEqualTo(status);
    assertThat(outcome.exchange().body()).isEqualTo("log in");
    assertThat(outcome.exchange().responseHeaders().text())
        .containsExactlyInAnyOrder("x-reason: none", "set-cookie: a=1");
  }

  @Test
  void tellsHowTheRequestCame() {
    String[] claimed = {
      "X-Forwarded-For", "203.0.113.9",
      "X-Forwarded-Host", "spoof.example",
      "X-Forwarded-Port", "444",
      "X-Forwarded-Prefix", "/v1",
      "X-Real-Ip", "203.0.113.9",
      "Te", "trailers",
      "Expect", "100-continue"
    };
    var written = new ScriptedServer(answering(200, ""));
    var kept = new ScriptedServer(answering(200, ""));
    var unsaid = new ScriptedServer(answering(200, ""));

    sent("trustForwardHeader: false", written, get(claimed));
    sent("trustForwardHeader: true", kept, get(claimed));
    sent("", unsaid, get(claimed));

    assertThat(written.headers())
        .containsExactlyInAnyOrder(
            "X-Forwarded-For: 192.0.2.7",
            "X-Forwarded-Method: GET",
            "X-Forwarded-Proto: http",
            "X-Forwarded-Host: shop.example:8443",
            "X-Forwarded-Port: 8443",
            "X-Forwarded-Uri: /cart?full=1");
    assertThat(kept.headers())
        .containsExactlyInAnyOrder(
            "X-Forwarded-For: 203.0.113.9, 192.0.2.7",
            "X-Forwarded-Method: GET",
            "X-Forwarded-Proto: http",
            "X-Forwarded-Host: spoof.example",
            "X-Forwarded-Port: 444",
            "X-Forwarded-Prefix: /v1",
            "X-Real-Ip: 203.0.113.9",
            "X-Forwarded-Uri: /cart?full=1");
    assertThat(unsaid.headers())
        .containsExactlyInAnyOrder(
            "X-Forwarded-For: 192.0.2.7",
            "X-Forwarded-Method: GET",
            "X-Forwarded-Proto: http",
            "X-Forwarded-Host: shop.example:8443",
            "X-Forwarded-Port: 444",
            "X-Forwarded-Prefix: /v1",
            "X-Real-Ip: 203.0.113.9",
            "X-Forwarded-Uri: /cart?full=1");
    assertThat(written.head.orElseThrow().peerWithheld()).isTrue();
  }

  @Test
  void sendsOnlyTheHeadersThatAreNamed() {
    var auth = new ScriptedServer(answering(200, ""));

    sent(
        "trustForwardHeader: false, authRequestHeaders: [authorization, X-Absent]",
        auth,
        get("Authorization", "a", "authorization", "b", "Cookie", "c"));

    assertThat(auth.headers())
        .contains("Authorization: a", "authorization: b")
        .noneMatch(line -> line.startsWith("Cookie"));
  }

  @Test
  void theClientCannotSayWhatTheAuthServerSays() {
    var auth =
        new ScriptedServer(
            answering(200, "", "X-User", "vera", "X-Claim-Role", "ops", "X-Other", "no"));

    var outcome =
        sent(
            "authResponseHeaders: [X-User, X-Group], authResponseHeadersRegex: '^X-Claim-',"
                + " headerField: X-User",
            auth,
            get("x-user", "root", "X-Group", "wheel", "x-claim-admin", "true", "X-Claims", "kept"));

    assertThat(outcome.received())
        .containsExactlyInAnyOrder("X-Claims: kept", "X-User: vera", "X-Claim-Role: ops", "body: ");
    assertThat(outcome.exchange().request().user()).isEqualTo("vera");
  }

  @Test
  void cookiesOfTheAuthServerTakeThePlaceOfTheServers() {
    var auth =
        new ScriptedServer(
            answering(200, "", "Set-Cookie", "sid=auth; Path=/", "Set-Cookie", "x=1"));

    var outcome = sent("addAuthCookiesToResponse: [sid, gone]", auth, get());

    assertThat(outcome.exchange().response().headers().all(SET_COOKIE))
        .containsExactly("lang=de", "sid=auth; Path=/");
  }

  @Test
  void withForwardBodyBothGetIt() {
    var auth = new ScriptedServer(answering(200, ""));
    var head = TestRequest.of("POST", "/orders").head();

    var outcome = sent("forwardBody: true", auth, new TestExchange(head, "item=7&qty=2"));

    assertThat(auth.body).isEqualTo("item=7&qty=2");
    assertThat(outcome.received()).contains("body: item=7&qty=2");
  }

  @Test
  void withoutItTheAuthServerGetsNone() {
    var auth = new ScriptedServer(answering(200, ""));
    var head = TestRequest.of("POST", "/orders").head();

    var outcome = sent("preserveRequestMethod: true", auth, new TestExchange(head, "item=7"));

    assertThat(auth.asked.getFirst()).startsWith("POST ");
    assertThat(auth.body).isEmpty();
    assertThat(outcome.received()).contains("body: item=7");
  }

  @ParameterizedTest
  @CsvSource({"10, 200", "11, 401"})
  void aBodyOverTheLimitIsRefused(int length, int status) {
    String options = "forwardBody: true, maxBodySize: 10";
    String body = "x".repeat(length);
    var auth = new ScriptedServer(answering(200, ""));
    var head = TestRequest.of("POST", "/").head();

    var announced = sent(options, auth, new TestExchange(head, body));
    var inChunks = sent(options, auth, new TestExchange(head.copy(), body, -1));

    assertThat(announced.exchange().response().status()).isEqualTo(status);
    assertThat(inChunks.exchange().response().status()).isEqualTo(status);
    assertThat(auth.asked).hasSize(status == 200 ? 2 : 0);
  }

  @ParameterizedTest
  @CsvSource({"200, 5, 200", "200, -1, 200", "403, 5, 403", "403, -1, 403"})
  void anAnswerWithinTheLimitCounts(int answered, long length, int status) {
    var auth = new ScriptedServer(answering(answered, "12345", length));

    var outcome = sent("maxResponseBodySize: 5", auth, get());

    assertThat(outcome.exchange().response().status()).isEqualTo(status);
    assertThat(outcome.exchange().body()).isEqualTo(status == 200 ? "app" : "12345");
  }

  @ParameterizedTest
  @CsvSource({"200, 6", "200, -1", "403, 6", "403, -1"})
  void anAnswerOverTheLimitIsARefusal(int answered, long length) {
    var auth = new ScriptedServer(answering(answered, "123456", length));

    var outcome = sent("maxResponseBodySize: 5", auth, get());

    assertThat(outcome.exchange().response().status()).isEqualTo(401);
    assertThat(outcome.exchange().body()).isEmpty();
    assertThat(outcome.received()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"UNREACHABLE", "CLOSED", "TIMEOUT", "TLS"})
  void withoutAnAnswerNobodyPasses(Failure.UpstreamFault.Kind kind) {
    var outcome = sent("", new ScriptedServer(failing(kind)), get());

    assertThat(outcome.exchange().response().status()).isEqualTo(500);
    assertThat(outcome.exchange().body()).isEmpty();
    assertThat(outcome.received()).isEmpty();
    assertThat(outcome.exchange().trail().failure()).isPresent();
  }

  @Test
  void aServerThatSaysNothingIsGivenUpAfterHalfAMinute() {
    var stopped = new ArrayList<String>();
    var outcome =
        sent(
            "",
            new ScriptedServer(exchange -> exchange.whenAbandoned(() -> stopped.add("x"))),
            get());

    assertThat(outcome.exchange().response().status()).isEqualTo(500);
    assertThat(stopped).hasSize(1);
    assertThat(outcome.exchange().delays()).contains(Duration.ofSeconds(30));
  }

  @Test
  void aClientThatLeavesEndsTheQuestion() {
    var stopped = new ArrayList<String>();
    var auth = new ScriptedServer(exchange -> exchange.whenAbandoned(() -> stopped.add("x")));
    var exchange = get();
    var passage =
        Passage.of(ForwardAuth.TYPE, "{" + ADDRESS + "}", Passage.context(Passage.parts(auth)));
    ((Verdict.Enclose) passage.step().onRequest(exchange.request()))
        .enclosure()
        .answer(exchange, _ -> stopped.add("asked"));

    exchange.abandon();
    exchange.pass(Duration.ofMinutes(1));

    assertThat(stopped).containsExactly("x");
  }

  @ParameterizedTest
  @CsvSource({
    "login, http://auth.example/oauth/login",
    "?again=1, http://auth.example/oauth/verify?again=1",
    "//sso.example/start, http://sso.example/start",
    "/help, http://auth.example/help",
    "https://login.example/?b=%2F, https://login.example/?b=%2F"
  })
  void completesWhereTheClientIsSent(String location, String completed) {
    var auth = new ScriptedServer(answering(302, "", "Location", location));

    assertThat(sent("", auth, get()).exchange().responseHeaders().text())
        .containsExactly("location: " + completed);
    assertThat(
            sent("preserveLocationHeader: true", auth, get()).exchange().responseHeaders().text())
        .containsExactly("location: " + location);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", maxResponseBodySize: 100"})
  void sendsClientsToSignIn(String limit) {
    String options = "authSigninURL: 'https://login.example/'" + limit;

    var unknown = sent(options, new ScriptedServer(answering(401, "no", -1)), get()).exchange();
    var forbidden = sent(options, new ScriptedServer(answering(403, "no", -1)), get()).exchange();

    assertThat(unknown.response().status()).isEqualTo(302);
    assertThat(unknown.responseHeaders().text())
        .containsExactly("location: https://login.example/");
    assertThat(forbidden.response().status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | address is required",
        "{address: ' '} | address is required",
        "{address: 'http://h', authSigninURL: \"/a\\r"
            + "\\n"
            + "X: y\"} | authSigninURL: the value holds the control character U+000D",
        "{address: /x} | address \"/x\" is no URL with scheme and host",
        "{address: auth.internal} | address \"auth.internal\" is no URL with scheme and host",
        "{address: 'http:/x'} | address \"http:/x\" is no URL with scheme and host",
        "{address: '//h/x'} | address \"//h/x\" is no URL with scheme and host",
        "{address: 'http://usr:S3cretPw@h/'}"
            + " | address \"http://...@h/\": user information in it is not supported",
        "{address: 'http://usr:S3cret Pw@h/'} | address \"http://...@h/\" is no URL",
        "{address: 'usr:S3cretPw@h/'}" + " | address \"...@h/\" is no URL with scheme and host",
        "{address: 'ftp://usr@h@i/'} | address \"ftp://...@i/\": user information in it is not"
            + " supported",
        "{address: '127.0.0.1:80/x y'} | address \"127.0.0.1:80/x y\" is no URL",
        "{address: 'http://a', authResponseHeaders: ['X Y']}"
            + " | authResponseHeaders: \"X Y\" is no name of a header",
        "{address: 'http://a', authResponseHeadersRegex: '('} | authResponseHeadersRegex: missing"
            + " closing ): \"(\" (regular expressions are RE2's)",
        "{address: 'http://a', tls: {cert: x}}"
            + " | tls.cert and tls.key are given together or not at all"
      })
  void refusesWhatCannotWork(String options, String message) {
    var context = Passage.context(Passage.parts(new ScriptedServer(answering(200, ""))));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Passage.of(ForwardAuth.TYPE, options, context))
        .withMessage(message)
        .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("S3cret"));
  }
}
