package io.phalanx.node.entrypoint;

import static io.phalanx.node.entrypoint.H2.DATA;
import static io.phalanx.node.entrypoint.H2.END_STREAM;
import static io.phalanx.node.entrypoint.H2.HEADERS;
import static io.phalanx.node.entrypoint.H2.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.entrypoint.H2.Frame;
import io.phalanx.node.entrypoint.Rig.Seen;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.exchange.Tunnel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Requests by HTTP/2 over real sockets. */
class Http2Test {
  private static final int NO_ERROR = 0;
  private static final int REFUSED_STREAM = 7;

  @Test
  void handsRequestsOnAsThoseOfHttp11Are() throws Exception {
    try (var rig = new Rig();
        H2 client = H2.to(rig)) {
      client.send(
          H2.request(
              1,
              END_STREAM,
              "GET",
              "/a/../b%2f?x=1;y",
              "x-real-ip",
              "1.2.3.4",
              "cookie",
              "a=1",
              "x-tag",
              "one",
              "cookie",
              "b=2",
              "x-tag",
              "two",
              "te",
              "trailers"));

      assertThat(client.body(1)).isEqualTo("GET /b%2F?x=1;y\n");
      Seen seen = rig.nextSeen();
      assertThat(seen.host()).isEqualTo("a.test");
      assertThat(seen.header("Cookie")).containsExactly("a=1; b=2");
      assertThat(seen.header("X-Tag")).containsExactly("one", "two");
      assertThat(seen.header("X-Real-Ip")).containsExactly("127.0.0.1");
      assertThat(seen.header("X-Forwarded-Proto")).containsExactly("http");
      CompletedExchange over = rig.nextCompleted();
      assertThat(over.protocol()).isEqualTo("HTTP/2.0");
      assertThat(over.response().status()).isEqualTo(200);
      assertThat(over.responseBytes()).isEqualTo(16);
    }
  }

  @Test
  void takesThePrefaceByteByByte() throws Exception {
    try (var rig = new Rig();
        H2 client = new H2(rig.entryPoint.address())) {
      byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      for (byte b : preface) {
        client.send(new byte[] {b});
      }
      client.send(H2.frame(H2.SETTINGS, 0, 0), H2.get(1, "/slow"));

      assertThat(client.body(1)).isEqualTo("GET /slow\n");
    }
  }

  @Test
  void refusesRequestsWithoutEndingTheConnection() throws Exception {
    try (var rig = new Rig();
        H2 client = H2.to(rig)) {
      client.send(
          H2.get(1, "/%zz"),
          H2.request(3, END_STREAM, "OPTIONS", "*"),
          H2.request(5, 0, "GET", "/", "expect", "more"),
          H2.frame(HEADERS, 5, 7, H2.block(":method", "CONNECT", ":authority", "a.test:443")),
          H2.frame(HEADERS, 5, 9, H2.block(":method", "GET", ":scheme", "http", ":path", "/")),
          H2.get(11, "/next"));

      assertThat(status(client, 1)).isEqualTo(400);
      assertThat(status(client, 3)).isEqualTo(200);
      assertThat(status(client, 5)).isEqualTo(417);
      assertThat(status(client, 7)).isEqualTo(501);
      assertThat(status(client, 9)).isEqualTo(400);
      assertThat(client.body(11)).isEqualTo("GET /next\n");
      assertThat(rig.seen).hasSize(1);
    }
  }

  /** The status in a head that our own encoder wrote. */
  private static int status(H2 client, int stream) throws IOException {
    while (true) {
      Frame frame = client.next();
      if (frame.stream == stream && frame.type == HEADERS) {
        return switch (frame.payload[0] & 0xff) {
          case 0x88 -> 200;
          case 0x8c -> 400;
          default -> Integer.parseInt(new String(frame.payload, 2, 3, StandardCharsets.US_ASCII));
        };
      }
    }
  }

  @Test
  void answers431ToAHeadThatIsTooLarge() throws Exception {
    var options = new Rig.Options();
    options.maxHeaderBytes = 2000;
    try (var rig = new Rig(options);
        H2 client = H2.to(rig)) {
      client.send(
          H2.request(1, END_STREAM, "GET", "/", "x-long", "v".repeat(2000)), H2.get(3, "/"));

      assertThat(status(client, 1)).isEqualTo(431);
      assertThat(client.body(3)).isEqualTo("GET /\n");
    }
  }

  @Test
  void refusesStreamsBeyondTheLimitAndNoOthers() throws Exception {
    var options = new Rig.Options();
    options.http2 = new EntryPointOptions.Http2(2, 4096, 4096);
    try (var rig = new Rig(options, Exchange::suspend);
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"), H2.get(3, "/"), H2.get(5, "/"), H2.get(7, "/"));

      for (int stream : new int[] {5, 7}) {
        Frame refused = client.next();
        assertThat(refused.stream).isEqualTo(stream);
        assertThat(refused.code()).isEqualTo(REFUSED_STREAM);
      }
      assertThat(rig.seen).hasSize(2);
    }
  }

  @Test
  void carriesInterimHeadsAndTrailers() throws Exception {
    var field = new Answer.Field(HeaderName.of("Grpc-Status"), "0");
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.sendInterim(103, head -> head.set(HeaderName.of("Link"), "</a>"));
                  exchange.response().headers().set(HeaderName.of("Trailer"), "Grpc-Status");
                  BodySink sink = exchange.startResponse(-1);
                  sink.trailers(new Trailers(List.of(field)));
                  finish(sink);
                });
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"));

      assertThat(client.next().text()).contains("103", "</a>");
      assertThat(client.next().text()).contains("trailer", "Grpc-Status");
      Frame trailers = client.next();
      assertThat(trailers.isEnd()).isTrue();
      assertThat(trailers.text()).contains("grpc-status");
    }
  }

  private static void finish(BodySink sink) {
    try {
      sink.finish();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads the body to its end and answers with it and its trailers. */
  private static void echo(Exchange exchange) {
    exchange.suspend();
    new Runnable() {
      private final ByteBuffer all = ByteBuffer.allocate(1 << 20);

      @Override
      public void run() {
        try {
          int read;
          do {
            read = exchange.requestBody().read(all);
          } while (read > 0);
          if (read == 0) {
            exchange.requestBody().whenReadable(this);
            return;
          }
        } catch (IOException e) {
          exchange.fail(new Failure.ClientFault(400, String.valueOf(e.getMessage())));
          return;
        }
        String body = new String(all.array(), 0, all.position(), StandardCharsets.ISO_8859_1);
        exchange.respond(
            Answer.text(200, body + exchange.requestBody().trailers().fields().size() + '\n'));
      }
    }.run();
  }

  @Test
  void givesLeaveToSendABodyAndReadsItWithItsTrailers() throws Exception {
    try (var rig = new Rig(new Rig.Options(), Http2Test::echo);
        H2 client = H2.to(rig)) {
      client.send(H2.request(1, 0, "POST", "/", "expect", "100-continue"));
      assertThat(client.next().text()).contains("100");

      client.send(
          H2.frame(DATA, 0, 1, (byte) 'h', (byte) 'i'),
          H2.frame(HEADERS, 5, 1, H2.block("x-sum", "2", "content-length", "9", "host", "b")));

      assertThat(client.body(1)).isEqualTo("hi1\n");
      assertThat(rig.nextCompleted().requestBytes()).isEqualTo(2);
    }
  }

  @Test
  void answers408ToABodyThatDoesNotCome() throws Exception {
    var options = new Rig.Options();
    options.readTimeout = Duration.ofMillis(100);
    try (var rig = new Rig(options, Http2Test::echo);
        H2 client = H2.to(rig)) {
      client.send(H2.request(1, 0, "POST", "/"), H2.frame(DATA, 0, 1, (byte) 'h'));

      assertThat(status(client, 1)).isEqualTo(408);
      Frame frame = client.next();
      while (frame.type != RST_STREAM) {
        frame = client.next();
      }
      assertThat(frame.code()).isEqualTo(NO_ERROR);
    }
  }

  @Test
  void stopsSendingWhereTheClientStopsReading() throws Exception {
    var written = new AtomicInteger();
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  if (exchange.request().path().equals("/small")) {
                    exchange.respond(Answer.text(200, "small"));
                    return;
                  }
                  BodySink sink = exchange.startResponse(-1);
                  new Runnable() {
                    @Override
                    public void run() {
                      try {
                        while (written.get() < 10_000_000) {
                          int taken = sink.write(ByteBuffer.allocate(50_000));
                          if (taken == 0) {
                            sink.whenWritable(this);
                            return;
                          }
                          written.addAndGet(taken);
                        }
                        sink.finish();
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    }
                  }.run();
                });
        H2 client = H2.to(rig, H2.setting(4, 100_000))) {
      client.send(H2.number(H2.WINDOW_UPDATE, 0, 1 << 30), H2.get(1, "/big"));
      rig.nextSeen();
      client.send(H2.get(3, "/small"));
      assertThat(client.body(3)).isEqualTo("small");
      assertThat(written).hasValueLessThanOrEqualTo(100_000);

      client.send(H2.number(H2.WINDOW_UPDATE, 1, 1 << 30));
      assertThat(client.body(1).length()).isGreaterThan(9_000_000);
    }
  }

  @Test
  void resetsAStreamThatIsGivenNoRoom() throws Exception {
    var options = new Rig.Options();
    options.writeTimeout = Duration.ofMillis(200);
    try (var rig =
            new Rig(
                options,
                exchange ->
                    exchange.respond(
                        Answer.text(200, exchange.request().path().equals("/one") ? "one" : "")));
        H2 client = H2.to(rig, H2.setting(4, 0))) {
      client.send(H2.get(1, "/one"), H2.get(3, "/"));

      Frame frame = client.next();
      while (frame.type != RST_STREAM) {
        frame = client.next();
      }
      assertThat(frame.stream).isEqualTo(1);
      client.send(H2.get(5, "/"));
      assertThat(client.body(5)).isEmpty();
    }
  }

  @Test
  void resetsAStreamThatIsGivenNoRoomAtSomeTimeInAnyCase() {
    assertThat(Http2Clients.longestStall(Duration.ZERO)).isEqualTo(Duration.ofMinutes(10));
    assertThat(Http2Clients.longestStall(Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void takesBodiesWhileOthersAreNotRead() throws Exception {
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  if (exchange.request().path().equals("/stalled")) {
                    exchange.suspend();
                  } else {
                    Echo.handle(exchange);
                  }
                });
        H2 client = H2.to(rig)) {
      byte[] piece = new byte[16_384];
      for (int stream = 1; stream < 81; stream += 2) {
        client.send(H2.request(stream, 0, "POST", "/stalled"));
        for (int i = 0; i < 8; i++) {
          client.send(H2.frame(DATA, 0, stream, piece));
        }
      }
      client.send(H2.request(81, 0, "POST", "/"));
      client.send(H2.frame(DATA, END_STREAM, 81, "hello".getBytes(StandardCharsets.US_ASCII)));

      assertThat(client.body(81)).isEqualTo("hello");
    }
  }

  @Test
  void asksNobodyForWhatIsCancelledInTheSameBreath() throws Exception {
    try (var rig = new Rig();
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/one"), H2.number(RST_STREAM, 1, 8), H2.get(3, "/two"));

      assertThat(client.body(3)).isEqualTo("GET /two\n");
      assertThat(rig.nextSeen().line()).isEqualTo("GET /two");
      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
    }
  }

  @Test
  void tellsTheHandlerThatTheClientCancelled() throws Exception {
    var abandoned = new CountDownLatch(1);
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.suspend();
                  exchange.whenAbandoned(abandoned::countDown);
                });
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"));
      assertThat(rig.nextSeen().line()).isEqualTo("GET /");
      client.send(H2.number(RST_STREAM, 1, 8));

      assertThat(abandoned.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
      long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (rig.entryPoint.activeExchanges() > 0) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void cutsAnAnswerThatFailsHalfWay() throws Exception {
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.startResponse(-1);
                  exchange.fail(new Failure.NodeFault("half way", new IOException()));
                });
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"));

      assertThat(client.next().type).isEqualTo(HEADERS);
      assertThat(client.next().type).isEqualTo(RST_STREAM);
    }
  }

  @Test
  void finishesWhatIsOnItsWayWhenItStops() throws Exception {
    var held = new java.util.concurrent.LinkedBlockingQueue<Exchange>();
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.suspend();
                  held.add(exchange);
                });
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"));
      rig.nextSeen();

      rig.entryPoint.stopAccepting();
      Frame first = client.goAway();
      assertThat(ByteBuffer.wrap(first.payload).getInt()).isEqualTo(Integer.MAX_VALUE);
      client.send(H2.get(3, "/late"));
      Frame ping = client.any();
      client.send(H2.frame(H2.PING, H2.ACK, 0, ping.payload));
      Frame last = client.goAway();
      assertThat(ByteBuffer.wrap(last.payload).getInt()).isEqualTo(3);
      assertThat(rig.entryPoint.activeExchanges()).isPositive();
      for (int i = 0; i < 2; i++) {
        Exchange exchange = held.poll(10, TimeUnit.SECONDS);
        exchange.ioThread().execute(() -> exchange.respond(Answer.text(200, "done")));
      }

      assertThat(client.body(1)).isEqualTo("done");
      assertThat(client.body(3)).isEqualTo("done");
      assertThatThrownBy(client::any).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void endsConnectionsAfterTheirLastRequest() throws Exception {
    var options = new Rig.Options();
    options.maxRequests = 2;
    try (var rig = new Rig(options);
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"));
      assertThat(client.body(1)).isEqualTo("GET /\n");

      client.send(H2.get(3, "/"));

      assertThat(client.goAway().code()).isEqualTo(NO_ERROR);
    }
  }

  @Test
  void makesATunnelOfAnExtendedConnect() throws Exception {
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.suspend();
                  Tunnel tunnel = exchange.startTunnel();
                  new Runnable() {
                    @Override
                    public void run() {
                      try {
                        var bytes = ByteBuffer.allocate(100);
                        int read = tunnel.source().read(bytes);
                        if (read < 0) {
                          tunnel.sink().finish();
                          return;
                        }
                        tunnel.sink().write(bytes.flip());
                        tunnel.source().whenReadable(this);
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    }
                  }.run();
                });
        H2 client = H2.to(rig)) {
      client.send(H2.request(1, 0, "CONNECT", "/chat", ":protocol", "websocket").clone());
      Seen seen = rig.nextSeen();
      assertThat(seen.line()).isEqualTo("GET /chat");
      assertThat(seen.header("Sec-WebSocket-Key")).hasSize(1);
      assertThat(seen.header("X-Forwarded-Proto")).containsExactly("ws");
      assertThat(status(client, 1)).isEqualTo(200);

      client.send(H2.frame(DATA, 0, 1, (byte) 'a'));
      Frame echoed = client.next();
      while (echoed.payload.length == 0) {
        echoed = client.next();
      }
      assertThat(echoed.text()).isEqualTo("a");
      client.send(H2.frame(DATA, END_STREAM, 1));
      assertThat(client.body(1)).isEmpty();
      CompletedExchange over = rig.nextCompleted();
      assertThat(over.requestBytes()).isEqualTo(1);
      assertThat(over.responseBytes()).isEqualTo(1);
    }
  }
}
