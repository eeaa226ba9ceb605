package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.forwarding.Http2Script.Frame;
import io.phalanx.node.forwarding.TransportOptions.Timeouts;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long servers that speak HTTP/2 may take, and their connections last. */
class Http2LifetimesTest {
  private static final Duration NONE = Duration.ZERO;

  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
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
      MemoryExchange exchange = rig.get(server.h2c());
      eventually(() -> server.heads.size() == 1);
      rig.advance(Duration.ofSeconds(20));

      UpstreamFault fault = upstreamFault(exchange);
      assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(fault.stage()).isEqualTo(Stage.AWAITING_HEAD);
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void asksASilentServerForASignOfLife() throws InterruptedException {
    BlockingQueue<Frame> pings = new LinkedBlockingQueue<>();
    var timeouts =
        new Timeouts(NONE, NONE, NONE, Duration.ofSeconds(30), Duration.ofMinutes(10), NONE);
    try (var asking = ForwardingRig.within(timeouts);
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
      MemoryExchange exchange = asking.get(server.h2c());
      eventually(() -> server.heads.size() == 1);
      // The silence counts from the last word, whose time the clock of the test does not tell.
      eventually(
          () -> {
            asking.advance(Duration.ofSeconds(2));
            return pings.size() == 2;
          });
      assertThat(exchange.failure).isNotDone();
      asking.advance(Duration.ofMinutes(10));

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
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      rig.settle();
      rig.advance(Duration.ofSeconds(90));

      assertThat(goaways.poll(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void partsFromAnIdleConnectionWhoseServerPings() throws InterruptedException {
    var halfWay = new CountDownLatch(1);
    BlockingQueue<Frame> seen = new LinkedBlockingQueue<>();
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  halfWay.await();
                  script.send(Http2Script.PING, 0, 0, new byte[8]);
                  seen.add(script.next(Http2Script.PING));
                  seen.add(script.next(Http2Script.GOAWAY));
                }))) {
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      rig.settle();
      rig.advance(Duration.ofSeconds(60));
      halfWay.countDown();
      assertThat(seen.poll(10, TimeUnit.SECONDS)).isNotNull();
      rig.advance(Duration.ofSeconds(30));

      assertThat(seen.poll(10, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void closesWhatTheServerWantsToPartFromAndDoesNotClose() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.answer(stream, "ok");
                  script.number(Http2Script.GOAWAY, 0, stream, 0);
                  script.answerAll();
                }))) {
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");

      eventually(() -> server.ends.size() == 1);
    }
  }

  @Test
  void closesItAfterTheLastAnswer() {
    var inTime = new CountDownLatch(1);
    var late = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int one = script.head().stream();
                  int two = script.head().stream();
                  script.number(Http2Script.GOAWAY, 0, two, 0);
                  inTime.await();
                  script.answer(one, "one");
                  late.await();
                  script.answer(two, "two");
                  script.answerAll();
                }))) {
      MemoryExchange one = rig.get(server.h2c());
      MemoryExchange two = rig.get(server.h2c());
      inTime.countDown();
      assertThat(body(one)).isEqualTo("one");
      late.countDown();

      assertThat(body(two)).isEqualTo("two");
      eventually(() -> server.ends.size() == 1);
    }
  }

  /** Of a request that was given up something is left, and then the last words. */
  @Test
  void closesWhatTakesNothingAnyMore() {
    var given = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.number(Http2Script.WINDOW_UPDATE, 0, 1 << 30);
                  script.number(Http2Script.WINDOW_UPDATE, stream, 1 << 30);
                  given.await();
                  script.number(Http2Script.GOAWAY, 0, stream, 0);
                  over.await();
                }))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), -1);
      rig.start(exchange, server.h2c());
      exchange.source.send(new byte[64 << 20]);
      untilNothingIsTaken(exchange);
      exchange.abandon();
      given.countDown();
      rig.settle();
      assertThat(rig.forwarder.buffersOut()).isPositive();

      eventually(
          () -> {
            rig.advance(Duration.ofSeconds(1));
            return rig.forwarder.buffersOut() == 0;
          });
      over.countDown();
    }
  }

  private static void untilNothingIsTaken(MemoryExchange exchange) {
    var last = new AtomicLong();
    var same = new AtomicInteger();
    eventually(
        () -> {
          long taken = exchange.source.taken;
          same.set(taken > 0 && taken == last.getAndSet(taken) ? same.get() + 1 : 0);
          return same.get() == 40;
        });
  }

  @Test
  void givesNoMoreRequestsToAConnectionThatIsOld() {
    var timeouts =
        new Timeouts(NONE, NONE, NONE, NONE, Duration.ofSeconds(15), Duration.ofMinutes(1));
    try (var ageing = ForwardingRig.within(timeouts);
        var server = new ScriptedServer(http2(Http2Script::answerAll))) {
      assertThat(body(ageing.get(server.h2c()))).isEqualTo("ok");
      ageing.advance(Duration.ofSeconds(60));
      assertThat(body(ageing.get(server.h2c()))).isEqualTo("ok");
      eventually(() -> server.ends.size() == 1);
      assertThat(server.connections).hasSize(2);
    }
  }
}
