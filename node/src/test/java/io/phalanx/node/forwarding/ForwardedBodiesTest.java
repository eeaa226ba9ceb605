package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.ClientFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies both ways: framing, streaming, back-pressure, and ends that come too early. */
class ForwardedBodiesTest {
  private static final int LARGE = 40 * 1024 * 1024;

  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void sendsABodyOfKnownLengthAsItComes() {
    var got = new CompletableFuture<String>();
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              got.complete(connection.read(6));
              connection.send("HTTP/1.1 204 No Content\r\n\r\n");
            })) {
      var put = rig.start(rig.exchange("PUT", ListedHeaders.of(), 6), server.url());
      put.source.send("abc");
      rig.settle();
      put.source.send("def");

      assertThat(body(put)).isEmpty();
      assertThat(got).isCompletedWithValue("abcdef");
      assertThat(server.heads.getFirst()).contains("Content-Length: 6\r\n");
    }
  }

  @Test
  void sendsABodyOfUnknownLengthInChunks() {
    String want = "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    var got = new CompletableFuture<String>();
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              got.complete(connection.read(want.length()));
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              KeepAliveTest.answerAll(connection);
            })) {
      var post = rig.start(rig.exchange("POST", ListedHeaders.of(), -1), server.url());
      post.source.send("abc");
      rig.settle();
      post.source.send("de");
      rig.settle();
      post.source.end();

      assertThat(body(post)).isEmpty();
      assertThat(got).isCompletedWithValue(want);
      assertThat(server.heads.getFirst()).contains("Transfer-Encoding: chunked\r\n");
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void takesNoMoreOfALargeBodyThanTheServerReads() throws InterruptedException {
    var go = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              go.await();
              assertThat(connection.read(LARGE)).hasSize(LARGE);
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone");
            })) {
      var put = rig.exchange("PUT", ListedHeaders.of(), LARGE);
      put.source.send(new byte[LARGE]);
      rig.start(put, server.url());
      awaitStandstill(() -> put.source.taken);
      assertThat(put.source.taken).isLessThan(LARGE / 2);
      go.countDown();

      assertThat(body(put)).isEqualTo("done");
    }
  }

  @Test
  void readsNoMoreOfALargeAnswerThanTheClientTakes() throws InterruptedException {
    var sent = new CompletableFuture<Boolean>();
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
              connection.send(new byte[LARGE]);
              sent.complete(true);
              connection.readToEnd();
            })) {
      var exchange = rig.exchange("GET", ListedHeaders.of(), 0).closed();
      rig.start(exchange, server.url());
      await(exchange.started);
      exchange.sink.open(1000);
      awaitStandstill(() -> exchange.sink.written);
      assertThat(exchange.sink.written).isEqualTo(1000);
      assertThat(sent).isNotDone();
      exchange.sink.open(Long.MAX_VALUE);

      assertThat(body(exchange)).hasSize(LARGE);
      assertThat(exchange.trail().originBytes()).isEqualTo(LARGE);
    }
  }

  @Test
  void takesTheChunkedCodingOff() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
              rig.settle();
              connection.send("lo\r\n1;x=y\r\n,\r\n6\r\n world\r\n0\r\nX-Sum: 1\r\n\r\n");
              KeepAliveTest.answerAll(connection);
            })) {
      var exchange = rig.get(server.url());

      assertThat(body(exchange)).isEqualTo("hello, world");
      assertThat(exchange.announcedLength).isCompletedWithValue(-1L);
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void takesACloseAsTheEndWhereNoLengthIsGiven() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it");
            })) {
      assertThat(body(rig.get(server.url()))).isEqualTo("all of it");
    }
  }

  @Test
  void passesEventsOnWhileTheServerPauses() throws InterruptedException {
    var go = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              go.await();
              connection.send("8\r\ndata: 1\n\r\n");
              connection.readToEnd();
            })) {
      var exchange = rig.get(server.url());
      await(exchange.started);
      awaitStandstill(() -> exchange.sink.flushes);
      assertThat(exchange.sink.flushes).isEqualTo(1);
      go.countDown();
      awaitStandstill(() -> exchange.sink.written);
      assertThat(exchange.sink.written).isEqualTo(8);
      assertThat(exchange.body).isNotDone();
    }
  }

  @Test
  void failsWhenTheServerClosesWithinALength() {
    assertThat(cutShort("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"))
        .isEqualTo(Kind.CLOSED);
  }

  @Test
  void failsWhenTheServerClosesBeforeTheLastChunk() {
    assertThat(cutShort("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"))
        .isEqualTo(Kind.CLOSED);
  }

  @Test
  void failsWhenTheChunkedCodingBreaks() {
    assertThat(cutShort("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n"))
        .isEqualTo(Kind.PROTOCOL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u000b", "\u007f", "\0"})
  void failsWhenATrailerHoldsAControlCharacter(String character) {
    assertThat(
            cutShort(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: a"
                    + character
                    + "\r\n\r\n"))
        .isEqualTo(Kind.PROTOCOL);
  }

  private Kind cutShort(String answer) {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(answer);
            })) {
      var exchange = rig.get(server.url());
      var fault = upstreamFault(exchange);
      assertThat(fault.stage()).isEqualTo(Stage.STREAMING);
      assertThat(exchange.body).isNotDone();
      return fault.kind();
    }
  }

  @Test
  void failsWhenTheServerResetsABodyThatEndsWithTheConnection() {
    var started = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\n\r\nhalf");
              started.await();
              connection.reset();
            })) {
      var exchange = rig.get(server.url());
      await(exchange.started);
      started.countDown();

      assertThat(upstreamFault(exchange).kind()).isEqualTo(Kind.CLOSED);
      assertThat(exchange.body).isNotDone();
    }
  }

  @Test
  void takesAnAnswerThatComesBeforeTheRequestIsWhole() throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
              connection.readToEnd();
            })) {
      var put = rig.start(rig.exchange("PUT", ListedHeaders.of(), 1000), server.url());
      put.source.send("abc");

      assertThat(body(put)).isEqualTo("big");
      assertThat(put.started).isCompletedWithValue(413);
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void takesAnAnswerFromAServerThatClosedWithoutReadingTheBody() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
            })) {
      var put = rig.exchange("PUT", ListedHeaders.of(), LARGE);
      rig.start(put, server.url());

      assertThat(body(put)).isEqualTo("no");
    }
  }

  @Test
  void closesTheConnectionWhenTheClientHangsUpWhileSending() throws InterruptedException {
    var asked = new CompletableFuture<String>();
    try (var server =
        new ScriptedServer(
            connection -> {
              asked.complete(connection.readHead());
              connection.readToEnd();
            })) {
      var put = rig.start(rig.exchange("PUT", ListedHeaders.of(), 1000), server.url());
      put.source.send("abc");
      await(asked);
      put.source.hangUp();

      assertThat(await(put.failure))
          .isInstanceOfSatisfying(
              ClientFault.class, fault -> assertThat(fault.status()).isEqualTo(499));
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void closesTheConnectionWhenTheClientHangsUpWhileReading() throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
              connection.readToEnd();
            })) {
      var exchange = rig.exchange("GET", ListedHeaders.of(), 0).closed();
      rig.start(exchange, server.url());
      await(exchange.started);
      exchange.sink.hangUp();

      assertThat(await(exchange.failure))
          .isInstanceOfSatisfying(
              ClientFault.class, fault -> assertThat(fault.status()).isEqualTo(499));
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void neverTakesAShortRequestBodyForWhole() throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.readToEnd();
            })) {
      var put = rig.start(rig.exchange("PUT", ListedHeaders.of(), 10), server.url());
      put.source.send("short");
      put.source.end();

      assertThat(await(put.failure)).isInstanceOf(ClientFault.class);
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  /** Waits until {@code amount} is more than zero and the same twice in a row, a while apart. */
  private void awaitStandstill(java.util.function.LongSupplier amount) throws InterruptedException {
    var pause = new CountDownLatch(1);
    long last = -1;
    while (true) {
      var now = new CompletableFuture<Long>();
      rig.ioThread.execute(() -> now.complete(amount.getAsLong()));
      long current = await(now);
      if (current > 0 && current == last) {
        return;
      }
      last = current;
      assertThat(pause.await(100, java.util.concurrent.TimeUnit.MILLISECONDS)).isFalse();
    }
  }
}
