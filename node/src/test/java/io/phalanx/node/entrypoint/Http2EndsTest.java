package io.phalanx.node.entrypoint;

import static io.phalanx.node.entrypoint.H2.DATA;
import static io.phalanx.node.entrypoint.H2.END_STREAM;
import static io.phalanx.node.entrypoint.H2.HEADERS;
import static io.phalanx.node.entrypoint.H2.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.entrypoint.H2.Frame;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How streams and connections of HTTP/2 end, in good order or not. */
class Http2EndsTest {
  private static final int NO_ERROR = 0;
  private static final int REFUSED_STREAM = 7;

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
  void answers408ToABodyThatDoesNotCome() throws Exception {
    var options = new Rig.Options();
    options.readTimeout = Duration.ofMillis(100);
    try (var rig = new Rig(options, Http2Test::echo);
        H2 client = H2.to(rig)) {
      client.send(H2.request(1, 0, "POST", "/"), H2.frame(DATA, 0, 1, (byte) 'h'));

      assertThat(client.status(1)).isEqualTo(408);
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
  void tellsTheHandlerThatTheClientCancelled() throws Exception {
    var asked = new CountDownLatch(1);
    var abandoned = new CountDownLatch(1);
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  exchange.suspend();
                  exchange.whenAbandoned(abandoned::countDown);
                  asked.countDown();
                });
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"));
      // One that is cancelled in the same bytes never comes to a handler.
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      client.send(H2.number(RST_STREAM, 1, 8));

      assertThat(abandoned.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
      Rig.eventually(() -> rig.entryPoint.activeExchanges() == 0);
    }
  }

  @Test
  void cutsAnAnswerThatFailsHalfWay() throws Exception {
    try (var rig =
            new Rig(
                new Rig.Options(),
                exchange -> {
                  BodySink begun = exchange.startResponse(-1);
                  assertThatCode(begun::flush).doesNotThrowAnyException();
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

  /** A PING is no use of the connection, however often it comes. */
  @Test
  void partsFromAClientThatOnlyPings() throws Exception {
    var options = new Rig.Options();
    options.idleTimeout = Duration.ofMillis(500);
    try (var rig = new Rig(options);
        H2 client = H2.to(rig)) {
      client.send(H2.get(1, "/"));
      assertThat(client.body(1)).isEqualTo("GET /\n");

      assertThat(pingUntilGoAway(client).code()).isEqualTo(NO_ERROR);
    }
  }

  private static Frame pingUntilGoAway(H2 client) throws IOException {
    client.socket.setSoTimeout(100);
    for (int pings = 0; pings < 100; pings++) {
      client.send(H2.frame(H2.PING, 0, 0, new byte[8]));
      try {
        return client.goAway();
      } catch (SocketTimeoutException _) {
        // The next PING is due.
      }
    }
    throw new AssertionError("the connection is kept");
  }
}
