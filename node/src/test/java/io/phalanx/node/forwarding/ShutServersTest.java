package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static io.phalanx.node.forwarding.Http2Script.MAX_CONCURRENT_STREAMS;
import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Servers that take no streams (SETTINGS_MAX_CONCURRENT_STREAMS 0), for a while or for ever. */
class ShutServersTest {
  private static final Duration DIAL = ForwardingRig.OPTIONS.timeouts().connect();

  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
  }

  /** Sends what is answered, because the server did not say yet that it takes nothing. */
  private void learn(ScriptedServer server) {
    assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
  }

  private List<MemoryExchange> get(ScriptedServer server, int times) {
    var exchanges = new ArrayList<MemoryExchange>();
    for (int i = 0; i < times; i++) {
      exchanges.add(rig.get(server.h2c()));
    }
    rig.settle();
    return exchanges;
  }

  private static long open(ScriptedServer server) {
    return server.connections.stream()
        .filter(connection -> !connection.socket().isClosed())
        .count();
  }

  @Test
  void getOneConnectionForAllThatWait() {
    try (var server =
        new ScriptedServer(http2(Http2Script::answerAll, MAX_CONCURRENT_STREAMS, 0))) {
      learn(server);
      List<MemoryExchange> waiting = get(server, 60);
      assertThat(waiting).noneMatch(exchange -> exchange.failure.isDone());
      assertThat(server.connections).hasSize(1);
      rig.advance(DIAL);

      for (MemoryExchange exchange : waiting) {
        UpstreamFault fault = upstreamFault(exchange);
        assertThat(fault.stage()).isEqualTo(Stage.CONNECTING);
        assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
      }
      eventually(() -> server.ends.size() == 1);
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void getOneConnectionAtATime() {
    try (var server =
        new ScriptedServer(http2(Http2Script::answerAll, MAX_CONCURRENT_STREAMS, 0))) {
      learn(server);
      for (int i = 1; i <= 10; i++) {
        MemoryExchange exchange = rig.get(server.h2c());
        rig.settle();
        rig.advance(DIAL);

        assertThat(upstreamFault(exchange).kind()).isEqualTo(Kind.TIMEOUT);
        eventually(() -> open(server) <= 1);
      }
      assertThat(server.connections).hasSizeLessThanOrEqualTo(11);
    }
  }

  @Test
  void areAskedAsSoonAsTheyTakeStreams() {
    var open = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  open.await();
                  script.send(Http2Script.SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 9});
                  script.answerAll();
                },
                MAX_CONCURRENT_STREAMS,
                0))) {
      learn(server);
      List<MemoryExchange> waiting = get(server, 3);
      open.countDown();

      assertThat(waiting).allMatch(exchange -> body(exchange).equals("ok"));
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void areAskedOverAnotherConnectionWhenThisOneEnds() {
    var end = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  end.await();
                },
                MAX_CONCURRENT_STREAMS,
                0),
            http2(Http2Script::answerAll))) {
      learn(server);
      List<MemoryExchange> waiting = get(server, 3);
      end.countDown();

      assertThat(waiting).allMatch(exchange -> body(exchange).equals("ok"));
      assertThat(server.connections).hasSize(2);
    }
  }

  @Test
  void areNotAskedWithoutEndWhenTheyAlsoClose() {
    var end = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  end.await();
                },
                MAX_CONCURRENT_STREAMS,
                0),
            http2(_ -> {}, MAX_CONCURRENT_STREAMS, 0))) {
      learn(server);
      List<MemoryExchange> waiting = get(server, 3);
      end.countDown();

      for (MemoryExchange exchange : waiting) {
        assertThat(upstreamFault(exchange).kind()).isEqualTo(Kind.CLOSED);
      }
      assertThat(server.connections).hasSizeLessThanOrEqualTo(5);
    }
  }

  /**
   * One takes no more streams than it has, the next one none: of two that have none one is left.
   */
  @Test
  void getNoSecondConnectionThatTakesNothing() {
    var shut = new CountDownLatch(1);
    var answer = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.answer(script.head().stream(), "ok");
                  int held = script.head().stream();
                  script.send(Http2Script.SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 0});
                  script.send(Http2Script.PING, 0, 0, new byte[8]);
                  script.next(Http2Script.PING);
                  shut.countDown();
                  answer.await();
                  script.answer(held, "held");
                  script.answerAll();
                }),
            http2(Http2Script::answerAll, MAX_CONCURRENT_STREAMS, 0))) {
      learn(server);
      MemoryExchange held = rig.get(server.h2c());
      eventually(() -> shut.getCount() == 0);
      MemoryExchange waiting = rig.get(server.h2c());
      eventually(() -> server.connections.size() == 2);
      answer.countDown();

      assertThat(body(held)).isEqualTo("held");
      eventually(() -> server.ends.size() == 1);
      rig.advance(DIAL);
      assertThat(upstreamFault(waiting).kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(server.connections).hasSize(2);
    }
  }
}
