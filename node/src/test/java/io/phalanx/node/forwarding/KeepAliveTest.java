package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connections are used again, and what becomes of those that are not. */
class KeepAliveTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void usesAConnectionAgainAfterACleanAnswer() {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");

      assertThat(server.connections).hasSize(1);
      assertThat(server.heads).hasSize(3);
    }
  }

  @Test
  void givesAConnectionThatWasMadeForWhoLeftToTheNext() {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll)) {
      // In one task, so that no connection is there before the last client leaves.
      rig.ioThread.execute(
          () -> {
            for (int i = 0; i < 50; i++) {
              rig.get(server.url()).abandon();
            }
          });

      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.heads).hasSize(1);
      assertThat(server.connections).hasSizeLessThan(50);
    }
  }

  @Test
  void answersMoreAtOnceThanConnectionsAreMadeAtATime() {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll)) {
      List<MemoryExchange> all =
          IntStream.range(0, 500).mapToObj(_ -> rig.get(server.url())).toList();

      assertThat(all).allSatisfy(exchange -> assertThat(body(exchange)).isEqualTo("ok"));
      assertThat(server.heads).hasSize(500);
    }
  }

  @Test
  void usesAConnectionAgainAfterAnEmptyAnswerToHead() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5120\r\n\r\n");
              answerAll(connection);
            })) {
      var head = rig.exchange("HEAD", ListedHeaders.of(), 0);

      assertThat(body(rig.start(head, server.url()))).isEmpty();
      assertThat(head.announcedLength).isCompletedWithValue(5120L);
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void closesAConnectionWhoseServerSaysClose() throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(
                  "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
              connection.readToEnd();
            },
            KeepAliveTest::answerAll)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.awaitEnd()).isTrue();
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(2);
    }
  }

  @Test
  void closesAConnectionWithBytesBehindTheAnswer() throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(OK + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstale");
              connection.readToEnd();
            },
            KeepAliveTest::answerAll)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.awaitEnd()).isTrue();
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
    }
  }

  @Test
  void closesAnIdleConnectionOnWhichTheServerSpeaks() throws InterruptedException {
    var served = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(OK);
              served.await();
              connection.send(OK);
              connection.readToEnd();
            })) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      served.countDown();
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void closesAConnectionThatIsIdleForTooLong() throws InterruptedException {
    try (var server = new ScriptedServer(KeepAliveTest::answerOnceAndWait)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      rig.advance(Duration.ofSeconds(90));
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void keepsNoMoreIdleConnectionsThanAllowedThatNobodyNeeds() throws InterruptedException {
    try (var bounded = keeping(1);
        var server = new ScriptedServer(KeepAliveTest::answerToTheEnd)) {
      burst(bounded, server, 3);
      burst(bounded, server, 3);
      assertThat(server.connections).hasSize(3);
      ForwardingRig.eventually(
          () -> {
            bounded.advance(ExclusiveConnections.SURPLUS_TIME);
            return server.ends.size() == 2;
          });

      burst(bounded, server, 1);
      bounded.advance(ExclusiveConnections.SURPLUS_TIME);
      bounded.settle();
      burst(bounded, server, 1);
      assertThat(server.connections).hasSize(3);
      assertThat(server.ends).hasSize(2);
    }
  }

  @Test
  void keepsNoConnectionAtAllWhereNoneMayBeKept() throws InterruptedException {
    try (var bounded = keeping(0);
        var server = new ScriptedServer(KeepAliveTest::answerToTheEnd)) {
      burst(bounded, server, 2);
      ForwardingRig.eventually(() -> server.ends.size() == 2);
    }
  }

  private static ForwardingRig keeping(int maxIdle) {
    var options = ForwardingRig.options(Duration.ZERO, Duration.ZERO, Duration.ZERO, maxIdle);
    return new ForwardingRig(options, InetAddress::getAllByName);
  }

  private static void answerToTheEnd(ScriptedServer.Connection connection) throws IOException {
    try {
      answerAll(connection);
    } finally {
      connection.readToEnd();
    }
  }

  /** Requests of which each has its connection before the first one is answered. */
  private static void burst(ForwardingRig rig, ScriptedServer server, int size) {
    List<MemoryExchange> all =
        IntStream.range(0, size)
            .mapToObj(_ -> rig.exchange("GET", ListedHeaders.of(), 0).closed())
            .toList();
    all.forEach(exchange -> rig.start(exchange, server.url()));
    all.forEach(exchange -> ForwardingRig.await(exchange.started));
    all.forEach(exchange -> exchange.sink.open(100));
    all.forEach(exchange -> body(exchange));
  }

  @Test
  void closesIdleConnectionsToServersThatAreGone() throws InterruptedException {
    try (var gone = new ScriptedServer(KeepAliveTest::answerOnceAndWait);
        var kept = new ScriptedServer(KeepAliveTest::answerAll)) {
      body(rig.get(gone.url()));
      body(rig.get(kept.url()));

      rig.forwarder.retain(Set.of(rig.target(kept.url())));

      assertThat(gone.awaitEnd()).isTrue();
      assertThat(body(rig.get(kept.url()))).isEqualTo("ok");
      assertThat(kept.connections).hasSize(1);
    }
  }

  @Test
  void letsABusyConnectionToAGoneServerEndItsExchange() throws InterruptedException {
    var go = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
              go.await();
              connection.send("k");
              connection.readToEnd();
            })) {
      var exchange = rig.get(server.url());
      ForwardingRig.await(exchange.started);
      rig.forwarder.retain(Set.of());
      rig.settle();
      go.countDown();

      assertThat(body(exchange)).isEqualTo("ok");
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void repeatsARequestWhoseKeptConnectionWasClosed() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(OK);
              connection.readHead();
            },
            KeepAliveTest::answerAll)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.heads).hasSize(3);
      assertThat(server.connections).hasSize(2);
    }
  }

  @Test
  void repeatsARequestOnlyOnce() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(OK);
              connection.readHead();
            },
            ScriptedServer.Connection::readHead)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");

      var fault = upstreamFault(rig.get(server.url()));

      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(fault.stage()).isEqualTo(Stage.AWAITING_HEAD);
      assertThat(server.heads).hasSize(3);
    }
  }

  @Test
  void doesNotRepeatOnAFreshConnection() {
    try (var server = new ScriptedServer(ScriptedServer.Connection::readHead)) {
      assertThat(upstreamFault(rig.get(server.url())).kind()).isEqualTo(Kind.CLOSED);
      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  void doesNotRepeatAMethodThatIsNotIdempotent() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(OK);
              connection.readHead();
            })) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");

      var post = rig.start(rig.exchange("POST", ListedHeaders.of(), 0), server.url());

      assertThat(upstreamFault(post).kind()).isEqualTo(Kind.CLOSED);
      assertThat(server.heads).hasSize(2);
    }
  }

  @Test
  void doesNotRepeatARequestWhoseBodyWasRead() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(OK);
              connection.readHead();
              connection.read(3);
            })) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");

      var put = rig.exchange("PUT", ListedHeaders.of(), 3);
      put.source.send("abc");
      rig.start(put, server.url());

      assertThat(upstreamFault(put).kind()).isEqualTo(Kind.CLOSED);
      assertThat(server.heads).hasSize(2);
    }
  }

  @Test
  void doesNotRepeatWhenPartOfAnAnswerCame() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(OK);
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Le");
            })) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(upstreamFault(rig.get(server.url())).kind()).isEqualTo(Kind.CLOSED);
      assertThat(server.heads).hasSize(2);
    }
  }

  static void answerAll(ScriptedServer.Connection connection) throws IOException {
    while (true) {
      connection.readHead();
      connection.send(OK);
    }
  }

  private static void answerOnceAndWait(ScriptedServer.Connection connection) throws IOException {
    connection.readHead();
    connection.send(OK);
    connection.readToEnd();
  }
}
