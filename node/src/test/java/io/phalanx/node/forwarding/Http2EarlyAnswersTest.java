package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.forwarding.Http2Script.Frame;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of servers that speak HTTP/2 which are whole before their requests are. */
class Http2EarlyAnswersTest {
  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
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
      rig.start(exchange, server.h2c());

      assertThat(body(exchange)).isEqualTo("enough");
      assertThat(resets.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(exchange.failure).isNotDone();
    }
  }

  @ParameterizedTest(name = "code {0}")
  @ValueSource(ints = {0, 2, 8})
  void takesAWholeAnswerWhoseServerWantsNoMoreOfTheRequest(int code) {
    try (var server =
        new ScriptedServer(
            http2(
                script -> {
                  int stream = script.head().stream();
                  script.answer(stream, "enough");
                  script.number(Http2Script.RST_STREAM, stream, code);
                  script.answerAll();
                }))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), -1).closed();
      rig.start(exchange, server.h2c());
      await(exchange.started);
      assertThat(body(rig.get(server.h2c()))).isEqualTo("ok");
      exchange.sink.open(100);

      assertThat(body(exchange)).isEqualTo("enough");
      assertThat(exchange.failure).isNotDone();
    }
  }

  @Test
  void takesAWholeAnswerWhoseServerLeavesBeforeTheRequestIsWhole() {
    try (var server =
        new ScriptedServer(http2(script -> script.answer(script.head().stream(), "enough")))) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), -1).closed();
      rig.start(exchange, server.h2c());
      await(exchange.started);
      // Only a lost connection makes room for another one.
      assertThat(body(rig.get(server.h2c()))).isEqualTo("enough");
      exchange.sink.open(100);

      assertThat(body(exchange)).isEqualTo("enough");
      assertThat(exchange.failure).isNotDone();
    }
  }

  @Test
  void takesAWholeAnswerThoughNothingCanBeSaidAnyMore() {
    var busy = new CompletableFuture<Boolean>();
    var moreToSend = new CompletableFuture<Boolean>();
    var left = new CompletableFuture<Boolean>();
    try (var server =
        new ScriptedServer(
            connection -> {
              var script = new Http2Script(connection);
              int stream = script.head().stream();
              // Part of the answer to it is not read, so that the close is a reset.
              script.number(Http2Script.PING, 0, 1, 1);
              connection.read(1);
              rig.ioThread.execute(
                  () -> {
                    busy.complete(true);
                    left.join();
                  });
              await(moreToSend);
              script.answer(stream, "enough");
              connection.socket().close();
              left.complete(true);
            })) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), -1);
      rig.start(exchange, server.h2c());
      await(busy);
      exchange.source.send("more");
      moreToSend.complete(true);

      assertThat(body(exchange)).isEqualTo("enough");
      assertThat(exchange.failure).isNotDone();
    }
  }
}
