package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Answer.Field;
import io.phalanx.node.exchange.Failure.ClientFault;
import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.forwarding.Http2Script.Frame;
import io.phalanx.node.forwarding.ScriptedServer.Script;
import io.phalanx.node.forwarding.TransportOptions.Timeouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private static final int REFUSED = 7;
  private static final Duration NONE = Duration.ZERO;

  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @FunctionalInterface
  private interface Http2 {
    void run(Http2Script server) throws IOException, InterruptedException;
  }

  private static Script http2(Http2 script, int... settings) {
    return connection -> script.run(new Http2Script(connection, settings));
  }

  private static URI h2c(ScriptedServer server) {
    return URI.create("h2c://127.0.0.1:" + server.port());
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
      MemoryExchange one = rig.get(h2c(server));
      MemoryExchange two = rig.get(h2c(server));
      MemoryExchange three = rig.get(h2c(server));
      all.countDown();

      assertThat(List.of(body(one), body(two), body(three))).containsExactly("one", "two", "three");
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
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
      rig.start(exchange, h2c(server));
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
  void passesBodiesAndTrailersBothWays() throws InterruptedException {
    BlockingQueue<String> came = new LinkedBlockingQueue<>();
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  came.add(script.next(Http2Script.DATA).text());
                  Frame trailers = script.next(Http2Script.HEADERS);
                  came.add(trailers.text() + trailers.ends());
                  script.head(stream, false, ":status: 200", "trailer: x-sum, host");
                  script.data(stream, false, "ans");
                  script.data(stream, false, "wer");
                  script.head(stream, true, "x-sum: 42", "content-length: 7");
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), -1);
      exchange.source.trailers = new Trailers(List.of(new Field(HeaderName.of("X-Check"), "7")));
      rig.start(exchange, h2c(server));
      exchange.source.send("hello");
      exchange.source.end();

      assertThat(body(exchange)).isEqualTo("answer");
      assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
      assertThat(came.poll(10, TimeUnit.SECONDS)).isEqualTo("x-check: 7true");
      assertThat(await(exchange.trailers).fields())
          .containsExactly(new Field(HeaderName.of("X-Sum"), "42"));
      assertThat(exchange.responseHeaders().text()).contains("Trailer: x-sum");
      assertThat(exchange.announcedLength).isCompletedWithValue(-1L);
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
      MemoryExchange exchange = rig.get(h2c(server));

      assertThat(body(exchange)).isEmpty();
      assertThat(exchange.announcedLength).isCompletedWithValue(0L);
      assertThat(exchange.responseHeaders().text()).contains("Grpc-Status: 12");
      assertThat(exchange.interim).singleElement().asString().contains("103", "</a>");
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
    }
  }

  @Test
  void opensAnotherConnectionWhereTheServerTakesNoMoreStreams() {
    var all = new CountDownLatch(1);
    Http2 holds =
        script -> {
          int one = script.head().stream();
          int two = script.head().stream();
          all.await();
          script.answer(one, "held");
          script.answer(two, "held");
          script.answerAll();
        };
    try (var server =
        new ScriptedServer(
            http2(Http2Script::answerAll, Http2Script.MAX_CONCURRENT_STREAMS, 2),
            http2(holds, Http2Script.MAX_CONCURRENT_STREAMS, 2))) {
      // The first connection teaches how many the server takes, and is retired then.
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
      rig.advance(Duration.ofSeconds(90));
      eventually(() -> server.ends.size() == 1);
      var exchanges = new ArrayList<MemoryExchange>();
      for (int i = 0; i < 6; i++) {
        exchanges.add(rig.get(h2c(server)));
      }
      eventually(() -> server.heads.size() == 7);
      all.countDown();

      exchanges.forEach(exchange -> assertThat(body(exchange)).isEqualTo("held"));
      assertThat(server.connections).hasSize(4);
    }
  }

  @Test
  void repeatsOnAFreshConnectionWhatAGoawayLeavesOut() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  Frame first = script.head();
                  script.head();
                  script.head();
                  script.number(Http2Script.GOAWAY, 0, first.stream(), 0);
                  script.answer(first.stream(), "old");
                  script.answerAll();
                }),
            http2(Http2Script::answerAll))) {
      MemoryExchange first = rig.get(h2c(server));
      MemoryExchange second = rig.get(h2c(server));
      MemoryExchange third = rig.exchange("POST", ListedHeaders.of(), 0);
      rig.start(third, h2c(server));

      assertThat(body(first)).isEqualTo("old");
      assertThat(body(second)).isEqualTo("ok");
      assertThat(body(third)).isEqualTo("ok");
      assertThat(server.connections).hasSize(2);
    }
  }

  @Test
  void repeatsWhatTheServerRefused() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.number(Http2Script.RST_STREAM, script.head().stream(), REFUSED);
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), 0);
      rig.start(exchange, h2c(server));

      assertThat(body(exchange)).isEqualTo("ok");
    }
  }

  @Test
  void doesNotRepeatWithoutEnd() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  while (true) {
                    script.number(Http2Script.RST_STREAM, script.head().stream(), REFUSED);
                  }
                }))) {
      assertThat(upstreamFault(rig.get(h2c(server))).reason()).contains("REFUSED_STREAM");
      assertThat(server.heads).hasSizeBetween(2, 6);
    }
  }

  @Test
  void doesNotRepeatABodyThatWasRead() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.next(Http2Script.DATA);
                  script.number(Http2Script.RST_STREAM, stream, REFUSED);
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("PUT", ListedHeaders.of(), -1);
      rig.start(exchange, h2c(server));
      exchange.source.send("part");

      UpstreamFault fault = upstreamFault(exchange);
      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(fault.stage()).isEqualTo(Stage.SENDING);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tellsOfAnAnswerThatStopsShort(boolean reset) {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.head(stream, false, ":status: 200");
                  script.data(stream, false, "half");
                  if (reset) {
                    script.number(Http2Script.RST_STREAM, stream, 2);
                    script.answerAll();
                  }
                }))) {
      MemoryExchange exchange = rig.get(h2c(server));
      UpstreamFault fault = upstreamFault(exchange);

      assertThat(fault.stage()).isEqualTo(Stage.STREAMING);
      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(fault.reason()).contains(reset ? "INTERNAL_ERROR" : "closed");
      assertThat(exchange.body).isNotDone();
    }
  }

  @Test
  void repeatsOnceWhatAUsedConnectionLost() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  script.head();
                }),
            http2(Http2Script::answerAll))) {
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
      assertThat(server.connections).hasSize(2);
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
      MemoryExchange exchange = rig.get(h2c(server));
      await(exchange.started);
      exchange.abandon();

      assertThat(await(exchange.failure)).isInstanceOf(ClientFault.class);
      Frame reset = resets.poll(10, TimeUnit.SECONDS);
      assertThat(reset).isNotNull();
      assertThat(reset.number()).isEqualTo(CANCEL);
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void takesAnAnswerBeforeTheRequestIsWhole() throws InterruptedException {
    BlockingQueue<Frame> resets = new LinkedBlockingQueue<>();
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "enough");
                  resets.add(script.next(Http2Script.RST_STREAM));
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), -1);
      rig.start(exchange, h2c(server));

      assertThat(body(exchange)).isEqualTo("enough");
      assertThat(resets.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(exchange.failure).isNotDone();
    }
  }

  @Test
  void takesAWholeAnswerWhoseServerWantsNoMoreOfTheRequest() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.answer(stream, "enough");
                  script.number(Http2Script.RST_STREAM, stream, 0);
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), -1).closed();
      rig.start(exchange, h2c(server));
      await(exchange.started);
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
      exchange.sink.open(100);

      assertThat(body(exchange)).isEqualTo("enough");
      assertThat(exchange.failure).isNotDone();
    }
  }

  @Test
  void holdsNoMoreThanAWindowForAClientThatDoesNotRead() {
    int frame = 16_000;
    int frames = MultiplexedConnection.STREAM_WINDOW / frame;
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.head(stream, false, ":status: 200");
                  for (int i = 0; i < frames; i++) {
                    script.data(stream, false, "x".repeat(frame));
                  }
                  // Another exchange is not held up.
                  script.answer(script.head().stream(), "ok");
                  Frame update = script.next(Http2Script.WINDOW_UPDATE);
                  while (update.stream() != stream) {
                    update = script.next(Http2Script.WINDOW_UPDATE);
                  }
                  script.data(stream, true, "end");
                  script.answerAll();
                }))) {
      MemoryExchange slow = rig.exchange("GET", ListedHeaders.of(), 0).closed();
      rig.start(slow, h2c(server));
      await(slow.started);
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
      assertThat(slow.sink.written).isZero();
      slow.sink.open(Long.MAX_VALUE);

      assertThat(body(slow)).hasSize(frames * frame + 3).endsWith("end");
    }
  }

  @Test
  void readsNoMoreOfTheRequestThanTheServerTakes() {
    var go = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  go.await();
                  int came = 0;
                  script.number(Http2Script.WINDOW_UPDATE, 0, 1 << 30);
                  script.number(Http2Script.WINDOW_UPDATE, stream, 1 << 30);
                  Frame part;
                  do {
                    part = script.next(Http2Script.DATA);
                    came += part.payload().remaining();
                  } while (!part.ends());
                  script.answer(stream, Integer.toString(came));
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("PUT", ListedHeaders.of(), -1);
      rig.start(exchange, h2c(server));
      for (int i = 0; i < 100; i++) {
        exchange.source.send(new byte[64 << 10]);
      }
      exchange.source.end();
      eventually(() -> server.heads.size() == 1);
      rig.settle();
      assertThat(exchange.source.taken).isLessThan(300 << 10);
      go.countDown();

      assertThat(body(exchange)).isEqualTo(Integer.toString(100 * (64 << 10)));
    }
  }

  @Test
  void givesUpOnAnAnswerThatDoesNotCome() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.head();
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.get(h2c(server));
      eventually(() -> server.heads.size() == 1);
      rig.advance(Duration.ofSeconds(20));

      UpstreamFault fault = upstreamFault(exchange);
      assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(fault.stage()).isEqualTo(Stage.AWAITING_HEAD);
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void asksASilentServerForASignOfLife() throws InterruptedException {
    BlockingQueue<Frame> pings = new LinkedBlockingQueue<>();
    var timeouts =
        new Timeouts(NONE, NONE, NONE, Duration.ofSeconds(30), Duration.ofSeconds(15), NONE);
    try (var asking = rig(timeouts);
        var server =
            new ScriptedServer(
                http2(
                    script -> {
                      script.head();
                      Frame ping = script.next(Http2Script.PING);
                      script.send(Http2Script.PING, Http2Script.ACK, 0, ping.payload().array());
                      pings.add(ping);
                      pings.add(script.next(Http2Script.PING));
                      script.next(Http2Script.PING);
                    }))) {
      MemoryExchange exchange = asking.get(h2c(server));
      eventually(() -> server.heads.size() == 1);
      asking.settle();
      asking.advance(Duration.ofSeconds(30));
      assertThat(pings.poll(10, TimeUnit.SECONDS)).isNotNull();
      // The sign of life counts from when it came, which the clock of the test does not tell.
      eventually(
          () -> {
            asking.advance(Duration.ofSeconds(10));
            return !pings.isEmpty();
          });
      assertThat(exchange.failure).isNotDone();
      asking.advance(Duration.ofSeconds(15));

      UpstreamFault fault = upstreamFault(exchange);
      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(fault.reason()).contains("pings");
    }
  }

  @Test
  void partsFromAnIdleConnectionInGoodOrder() throws InterruptedException {
    BlockingQueue<Frame> goaways = new LinkedBlockingQueue<>();
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  goaways.add(script.next(Http2Script.GOAWAY));
                }))) {
      assertThat(body(rig.get(h2c(server)))).isEqualTo("ok");
      rig.settle();
      rig.advance(Duration.ofSeconds(90));

      assertThat(goaways.poll(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void givesNoMoreRequestsToAConnectionThatIsOld() {
    var timeouts =
        new Timeouts(NONE, NONE, NONE, NONE, Duration.ofSeconds(15), Duration.ofMinutes(1));
    try (var ageing = rig(timeouts);
        var server = new ScriptedServer(http2(Http2Script::answerAll))) {
      assertThat(body(ageing.get(h2c(server)))).isEqualTo("ok");
      ageing.advance(Duration.ofSeconds(60));
      assertThat(body(ageing.get(h2c(server)))).isEqualTo("ok");
      eventually(() -> server.ends.size() == 1);
      assertThat(server.connections).hasSize(2);
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
      assertThat(upstreamFault(rig.get(h2c(server))).kind()).isEqualTo(Kind.PROTOCOL);
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
      })
  void refusesAMalformedHead(String head) {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.head(script.head().stream(), false, head.split("\n", -1));
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.get(h2c(server));
      assertThat(upstreamFault(exchange).kind()).isEqualTo(Kind.PROTOCOL);
      assertThat(exchange.started).isNotDone();
    }
  }

  @Test
  void refusesABodyOfAnotherLengthThanItWasSaid() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.head(stream, false, ":status: 200", "content-length: 10");
                  script.data(stream, true, "short");
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.get(h2c(server));

      assertThat(upstreamFault(exchange).stage()).isEqualTo(Stage.STREAMING);
      assertThat(exchange.body).isNotDone();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "http/1.1", ""})
  void speaksWhatAServerWithTlsChooses(String chosen) {
    var authority = new TestAuthority("Corp");
    var sockets =
        new RestrictedSockets(
            authority.context(authority.issue("127.0.0.1")).getServerSocketFactory(),
            parameters ->
                parameters.setApplicationProtocols(
                    chosen.isEmpty() ? new String[0] : new String[] {chosen}));
    Script script = chosen.equals("h2") ? http2(Http2Script::answerAll) : KeepAliveTest::answerAll;
    try (var trusting = trusting(authority);
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
    var sockets =
        new RestrictedSockets(
            authority.context(authority.issue("127.0.0.1")).getServerSocketFactory(),
            parameters -> parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"}));
    try (var trusting = trusting(authority);
        var server = new ScriptedServer(sockets, "https", KeepAliveTest::answerAll)) {
      MemoryExchange exchange = trusting.exchange("GET", ListedHeaders.of(), 0);
      exchange.request().upgrade("websocket");
      trusting.start(exchange, server.url());

      assertThat(body(exchange)).isEqualTo("ok");
      assertThat(server.heads.getFirst()).contains("Upgrade: websocket");
    }
  }

  private static ForwardingRig trusting(TestAuthority authority) {
    return new ForwardingRig(
        new TransportOptions(
            ForwardingRig.OPTIONS.timeouts(),
            200,
            true,
            new TlsOptions(
                Optional.empty(),
                new ServerIdentity.HostName(),
                List.of(authority.certificate),
                List.of(),
                List.of(),
                List.of())),
        InetAddress::getAllByName);
  }

  private static ForwardingRig rig(Timeouts timeouts) {
    return new ForwardingRig(
        new TransportOptions(timeouts, 200, true, TlsOptions.STANDARD), InetAddress::getAllByName);
  }

  @FunctionalInterface
  private interface Condition {
    boolean holds();
  }

  private static void eventually(Condition condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(end);
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
