package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.NodeFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that are not there, say nothing, say it too late, or say what may not be said. */
class FailuresTest {
  private final ForwardingRig rig = new ForwardingRig();

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.6\r\n",
        "hello there, not HTTP\r\n\r\n",
        "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 099 Low\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        "HTTP/1.1 200 OK\rX: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\n folded: first\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-(A): 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A: a\0b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A: a\rb\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A: a\u000bb\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A: \u0001\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A: a\u007f\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 O\u001bK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: \u000c\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nhello",
      })
  void refusesAMalformedAnswer(String answer) throws InterruptedException {
    assertThat(faultOf(answer)).isEqualTo(Kind.PROTOCOL);
  }

  @Test
  void refusesAHeadThatIsTooLong() throws InterruptedException {
    String line = "X-Filler: " + "x".repeat(1000) + "\r\n";

    assertThat(faultOf("HTTP/1.1 200 OK\r\n" + line.repeat(65) + "\r\n")).isEqualTo(Kind.PROTOCOL);
    assertThat(faultOf("HTTP/1.1 200 OK\r\nX: " + "x".repeat(200_000))).isEqualTo(Kind.PROTOCOL);
  }

  @Test
  void refusesAHeadOfTooManyLines() throws InterruptedException {
    assertThat(faultOf("HTTP/1.1 200 OK\r\n" + "X: 1\r\n".repeat(201) + "\r\n"))
        .isEqualTo(Kind.PROTOCOL);
  }

  @Test
  void refusesInterimAnswersWithoutEnd() throws InterruptedException {
    assertThat(faultOf("HTTP/1.1 102 Processing\r\n\r\n".repeat(33))).isEqualTo(Kind.PROTOCOL);
  }

  private Kind faultOf(String answer) throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(answer);
              connection.readToEnd();
            })) {
      var exchange = rig.get(server.url());
      var fault = upstreamFault(exchange);
      assertThat(fault.stage()).isEqualTo(Stage.AWAITING_HEAD);
      assertThat(exchange.started).isNotDone();
      assertThat(exchange.responseHeaders().text()).isEmpty();
      assertThat(server.awaitEnd()).isTrue();
      return fault.kind();
    }
  }

  @Test
  void takesTheLongestHeadAllowedInSmallPieces() {
    String line = "X-Filler: " + "x".repeat(988) + "\r\n";
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              for (String piece :
                  ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + line.repeat(60) + "\r\n")
                      .split("(?<=\\G.{313})", -1)) {
                connection.send(piece);
              }
            })) {
      var exchange = rig.get(server.url());

      assertThat(body(exchange)).isEmpty();
      assertThat(exchange.responseHeaders().text()).hasSize(60);
    }
  }

  @Test
  void passesInterimAnswersButTheLeaveToSend() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <");
              rig.settle();
              connection.send("/a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            })) {
      var exchange = rig.get(server.url());

      assertThat(body(exchange)).isEqualTo("ok");
      assertThat(exchange.interim).containsExactly("103 [Link: </a>]");
      assertThat(exchange.responseHeaders().text()).isEmpty();
    }
  }

  @Test
  void letsGoOfTheServerWhenTheClientGoesAway() throws InterruptedException {
    var lost = new CountDownLatch(1);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.read(1);
              lost.countDown();
            })) {
      var exchange = rig.get(server.url());
      while (server.heads.isEmpty()) {
        rig.settle();
      }

      exchange.abandon();

      assertThat(lost.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void tellsWhenNothingListens() throws IOException {
    URI nobody;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    var fault = upstreamFault(rig.get(nobody));

    assertThat(fault.stage()).isEqualTo(Stage.CONNECTING);
    assertThat(fault.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(fault.server()).isEqualTo(nobody.toString());
  }

  @Test
  void triesEveryAddressOfAName() {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll);
        var named =
            new ForwardingRig(
                ForwardingRig.OPTIONS,
                _ ->
                    new InetAddress[] {
                      InetAddress.ofLiteral("127.9.9.9"), InetAddress.ofLiteral("127.0.0.1")
                    })) {
      assertThat(body(named.get(URI.create("http://app_1.test:" + server.port())))).isEqualTo("ok");
      assertThat(server.heads.getFirst()).contains("Host: shop.example\r\n");
    }
  }

  @Test
  void tellsWhenANameIsNotFound() {
    try (var named =
        new ForwardingRig(
            ForwardingRig.OPTIONS,
            name -> {
              throw new UnknownHostException(name);
            })) {
      var fault = upstreamFault(named.get(URI.create("http://nowhere.test")));

      assertThat(fault.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(fault.reason()).contains("nowhere.test");
    }
  }

  @Test
  void givesUpOnANameThatIsNotFoundInTime() {
    var never = new CountDownLatch(1);
    try (var named =
        new ForwardingRig(
            ForwardingRig.OPTIONS,
            name -> {
              try {
                never.await();
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              }
              throw new UnknownHostException(name);
            })) {
      var exchange = named.get(URI.create("http://slow.test"));
      named.settle();
      named.advance(Duration.ofSeconds(29));
      named.settle();
      assertThat(exchange.failure).isNotDone();
      named.advance(Duration.ofSeconds(1));

      var fault = upstreamFault(exchange);
      assertThat(fault.stage()).isEqualTo(Stage.CONNECTING);
      assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
      never.countDown();
    }
  }

  @Test
  void givesUpOnAServerThatDoesNotAnswerInTime() throws InterruptedException {
    var asked = new CompletableFuture<String>();
    try (var server =
        new ScriptedServer(
            connection -> {
              asked.complete(connection.readHead());
              connection.readToEnd();
            })) {
      var exchange = rig.get(server.url());
      await(asked);
      rig.settle();
      rig.advance(Duration.ofSeconds(20));

      var fault = upstreamFault(exchange);
      assertThat(fault.stage()).isEqualTo(Stage.AWAITING_HEAD);
      assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void refusesARequestThatWouldBreakTheMessageApart() {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll)) {
      var split = rig.exchange("GET", ListedHeaders.of("X-A", "1\r\nX-B: 2"), 0);

      assertThat(await(rig.start(split, server.url()).failure)).isInstanceOf(NodeFault.class);
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  void tellsTheTrailWhatHappened() {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll)) {
      var exchange = rig.get(server.url());
      body(exchange);

      assertThat(exchange.trail().server()).isEqualTo(server.url().toString());
      assertThat(exchange.trail().originStatus()).isEqualTo(200);
      assertThat(exchange.trail().originBytes()).isEqualTo(2);
      assertThat(exchange.trail().originHead()).isPositive();
    }
  }
}
