package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.ClientFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.forwarding.Http2Script.Frame;
import io.phalanx.node.forwarding.ScriptedServer.Script;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that speak HTTP/2: many exchanges on few connections. */
class Http2ServersTest {
  private static final int CANCEL = 8;

  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void sendsManyRequestsOverOneConnection() {
    var all = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  Frame first = script.head();
                  Frame second = script.head();
                  Frame third = script.head();
                  all.await();
                  script.answer(third.stream(), "three");
                  script.answer(first.stream(), "one");
                  script.answer(second.stream(), "two");
                  script.answerAll();
                }))) {
      MemoryExchange one = rig.get(server.h2c());
      MemoryExchange two = rig.get(server.h2c());
      MemoryExchange three = rig.get(server.h2c());
      all.countDown();

      assertThat(List.of(body(one), body(two), body(three))).containsExactly("one", "two", "three");
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void writesTheHeadAsHttp2HasIt() {
    try (var server = new ScriptedServer(http2(Http2Script::answerAll))) {
      var headers =
          ListedHeaders.of(
              "Accept",
              "*/*",
              "Connection",
              "X-Hop, close",
              "X-Hop",
              "1",
              "Keep-Alive",
              "5",
              "TE",
              "trailers, deflate",
              "X-Forwarded-For",
              "203.0.113.9",
              "Cookie",
              "a=1");
      MemoryExchange exchange = rig.exchange("POST", headers, 5);
      rig.start(exchange, server.h2c());
      exchange.source.send("hello");
      exchange.source.end();

      assertThat(body(exchange)).isEqualTo("ok");
      assertThat(server.heads.getFirst().lines())
          .containsExactly(
              ":method: POST",
              ":scheme: http",
              ":authority: shop.example",
              ":path: /cart",
              "accept: */*",
              "cookie: a=1",
              "te: trailers",
              "x-forwarded-for: 203.0.113.9, 192.0.2.7",
              "content-length: 5");
    }
  }

  @Test
  void passesAnswersThatAreAHeadOnly() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.head(stream, false, ":status: 100");
                  script.head(stream, false, ":status: 103", "link: </a>");
                  script.head(stream, true, ":status: 200", "grpc-status: 12");
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.get(server.h2c());

      assertThat(body(exchange)).isEmpty();
      assertThat(exchange.announcedLength).isCompletedWithValue(0L);
      assertThat(exchange.responseHeaders().text()).contains("Grpc-Status: 12");
      assertThat(exchange.interim).singleElement().asString().contains("103", "</a>");
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
    }
  }

  @Test
  void tellsTheServerThatTheClientWentAway() throws InterruptedException {
    BlockingQueue<Frame> resets = new LinkedBlockingQueue<>();
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.head(stream, false, ":status: 200");
                  resets.add(script.next(Http2Script.RST_STREAM));
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.get(server.h2c());
      await(exchange.started);
      exchange.abandon();

      assertThat(await(exchange.failure)).isInstanceOf(ClientFault.class);
      Frame reset = resets.poll(10, TimeUnit.SECONDS);
      assertThat(reset).isNotNull();
      assertThat(reset.number()).isEqualTo(CANCEL);
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void refusesAServerThatDoesNotSpeakHttp2() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
              connection.readToEnd();
            })) {
      assertThat(upstreamFault(rig.get(server.h2c())).kind()).isEqualTo(Kind.PROTOCOL);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":status: 99",
        ":status: 101",
        ":status: 200\nconnection: close",
        ":status: 200\nTransfer-Encoding: chunked",
        ":status: 200\ncontent-length: 5\ncontent-length: 6",
        "x-a: 1",
        ":status: 200\n:status: 200",
        ":status: 200\nx-a: a\u000bb",
        ":status: 200\nx-a: a\u007f",
      })
  void refusesAMalformedHead(String head) {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.head(script.head().stream(), false, head.split("\n", -1));
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.get(server.h2c());
      assertThat(upstreamFault(exchange).kind()).isEqualTo(Kind.PROTOCOL);
      assertThat(exchange.started).isNotDone();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "http/1.1", ""})
  void speaksWhatAServerWithTlsChooses(String chosen) {
    var authority = new TestAuthority("Corp");
    var sockets =
        RestrictedSockets.speaking(
            authority, chosen.isEmpty() ? new String[0] : new String[] {chosen});
    Script script = chosen.equals("h2") ? http2(Http2Script::answerAll) : KeepAliveTest::answerAll;
    try (var trusting = ForwardingRig.trusting(authority);
        var server = new ScriptedServer(sockets, "https", script)) {
      MemoryExchange first = trusting.get(server.url());
      MemoryExchange second = trusting.get(server.url());

      assertThat(body(first)).isEqualTo("ok");
      assertThat(body(second)).isEqualTo("ok");
      assertThat(server.connections).hasSize(chosen.equals("h2") ? 1 : 2);
      assertThat(server.heads.getFirst())
          .startsWith(chosen.equals("h2") ? ":method: GET\n:scheme: https" : "GET /cart");
    }
  }

  @Test
  void asksForOtherProtocolsOverHttp1Only() {
    var authority = new TestAuthority("Corp");
    var sockets = RestrictedSockets.speaking(authority, "h2", "http/1.1");
    try (var trusting = ForwardingRig.trusting(authority);
        var server = new ScriptedServer(sockets, "https", KeepAliveTest::answerAll)) {
      MemoryExchange exchange = trusting.exchange("GET", ListedHeaders.of(), 0);
      exchange.request().upgrade("websocket");
      trusting.start(exchange, server.url());

      assertThat(body(exchange)).isEqualTo("ok");
      assertThat(server.heads.getFirst()).contains("Upgrade: websocket");
    }
  }
}
