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
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is sent again to servers that speak HTTP/2, and how often. */
class Http2RetriesTest {
  private static final int REFUSED = 7;
  private static final int HTTP_1_1_REQUIRED = 13;

  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void opensAnotherConnectionWhereTheServerTakesNoMoreStreams() {
    var all = new CountDownLatch(1);
    Http2Script.Part holds =
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
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      rig.advance(Duration.ofSeconds(90));
      eventually(() -> server.ends.size() == 1);
      var exchanges = new ArrayList<MemoryExchange>();
      for (int i = 0; i < 6; i++) {
        exchanges.add(rig.get(server.h2c()));
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
      MemoryExchange first = rig.get(server.h2c());
      MemoryExchange second = rig.get(server.h2c());
      MemoryExchange third = rig.exchange("POST", ListedHeaders.of(), 0);
      rig.start(third, server.h2c());

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
      rig.start(exchange, server.h2c());

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
      assertThat(upstreamFault(rig.get(server.h2c())).reason()).contains("REFUSED_STREAM");
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
      rig.start(exchange, server.h2c());
      exchange.source.send("part");

      UpstreamFault fault = upstreamFault(exchange);
      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(fault.stage()).isEqualTo(Stage.SENDING);
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
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(2);
    }
  }

  /** RFC 9113, section 7: the server takes the request, but not over HTTP/2. */
  @Test
  void repeatsOverHttp1WhatTheServerWantsSo() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.number(Http2Script.RST_STREAM, script.head().stream(), HTTP_1_1_REQUIRED);
                  script.answerAll();
                }),
            KeepAliveTest::answerAll)) {
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(server.heads.getLast()).startsWith("GET /cart HTTP/1.1");
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(2);
      assertThat(server.heads.getLast()).contains(":path: /cart");
    }
  }

  @Test
  void doesNotRepeatOverHttp1WhatMayNotBeDoneTwice() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.number(Http2Script.RST_STREAM, script.head().stream(), HTTP_1_1_REQUIRED);
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), 0);
      rig.start(exchange, server.h2c());

      assertThat(upstreamFault(exchange).kind()).isEqualTo(Kind.CLOSED);
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void speaksHttp1ToAServerThatWantsHttp2ForNothing() {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  script.head();
                  script.number(Http2Script.GOAWAY, 0, 0, HTTP_1_1_REQUIRED);
                  script.answerAll();
                }),
            KeepAliveTest::answerAll)) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), 0);
      rig.start(exchange, server.h2c());

      assertThat(body(exchange)).isEqualTo("ok");
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      assertThat(server.heads.getLast()).startsWith("GET /cart HTTP/1.1");
      assertThat(server.connections).hasSize(2);
    }
  }

  @Test
  void givesWhoCameLateAnAttemptOfItsOwn() {
    var authority = new TestAuthority("Corp");
    var broken = new CountDownLatch(1);
    try (var trusting = ForwardingRig.trusting(authority);
        var server =
            new ScriptedServer(
                RestrictedSockets.speaking(authority, "h2"),
                "https",
                _ -> broken.await(),
                http2(Http2Script::answerAll))) {
      MemoryExchange first = trusting.get(server.url());
      eventually(() -> server.connections.size() == 1);
      MemoryExchange late = trusting.get(server.url());
      trusting.settle();
      broken.countDown();

      assertThat(upstreamFault(first).stage()).isEqualTo(Stage.CONNECTING);
      assertThat(body(late)).isEqualTo("ok");
    }
  }
}
