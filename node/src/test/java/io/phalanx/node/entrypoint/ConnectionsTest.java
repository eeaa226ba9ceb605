package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How connections begin, live and end. */
class ConnectionsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";

  private final Rig.Options options = new Rig.Options();

  /** Holds each exchange until the test answers it. */
  private final LinkedBlockingQueue<Exchange> held = new LinkedBlockingQueue<>();

  private void hold(Exchange exchange) {
    exchange.suspend();
    held.add(exchange);
  }

  private Exchange nextHeld() throws InterruptedException {
    Exchange exchange = held.poll(10, TimeUnit.SECONDS);
    assertThat(exchange).isNotNull();
    return exchange;
  }

  private static void release(Exchange exchange) {
    exchange.ioThread().execute(() -> Rig.answerWithTheRequestLine(exchange));
  }

  @Test
  void countsConnectionsOfHttp2Once() throws Exception {
    try (var rig = new Rig()) {
      try (H2 first = H2.to(rig);
          H2 second = H2.to(rig)) {
        first.send(H2.get(1, "/"));
        second.send(H2.get(1, "/"));
        assertThat(first.body(1) + second.body(1)).isEqualTo("GET /\nGET /\n");
        assertThat(rig.entryPoint.openConnections()).isEqualTo(2);
      }
      Rig.eventually(() -> rig.entryPoint.openConnections() <= 0);
      try (H2 third = H2.to(rig)) {
        third.send(H2.get(1, "/"));
        assertThat(third.body(1)).isEqualTo("GET /\n");
        assertThat(rig.entryPoint.openConnections()).isEqualTo(1);
      }
    }
  }

  @Test
  void namesEntryPointAndAddressThatAreTaken() throws IOException {
    try (var rig = new Rig()) {
      InetSocketAddress taken = rig.entryPoint.address();
      options.address = taken;

      assertThatIOException()
          .isThrownBy(() -> new Rig(options))
          .withMessageContainingAll("entry point web", String.valueOf(taken.getPort()), "in use");
    }
  }

  @Test
  void namesAHostThatNobodyKnows() {
    options.address = InetSocketAddress.createUnresolved("nowhere.invalid", 80);

    assertThatIOException()
        .isThrownBy(() -> new Rig(options))
        .withMessageContainingAll("entry point web", "nowhere.invalid", "Unresolved address");
  }

  @Test
  void countsConnectionsFromTheMomentTheyAreOpen() throws Exception {
    try (var rig = new Rig()) {
      try (Client _ = rig.connect();
          Client second = rig.connect()) {
        second.send(GET);
        second.readTo("GET /\n");

        Rig.eventually(() -> rig.entryPoint.openConnections() == 2);
      }
      Rig.eventually(() -> rig.entryPoint.openConnections() == 0);
    }
  }

  @Test
  void answersAHeadThatBreaksOff() throws IOException {
    try (var rig = new Rig();
        Client client = rig.connect()) {
      client.send("GET / HTTP/1.1\r\nHost: a\r\nX-A");
      client.socket.shutdownOutput();

      assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ").contains("Connection: close\r\n");
    }
  }

  @Test
  void answersAHeadThatDoesNotComeInTime() throws IOException {
    options.readTimeout = Duration.ofMillis(100);
    try (var rig = new Rig(options, Rig::answerWithTheRequestLine);
        Client silent = rig.connect();
        Client slow = rig.connect()) {
      slow.send(GET);
      slow.readTo("GET /\n");
      slow.send("GET / HTTP/1.1\r\nHo");

      assertThat(slow.readToEnd()).startsWith("HTTP/1.1 408 ");
      assertThat(silent.readToEnd()).isEmpty();
    }
  }

  @Test
  void waitsForTheNextRequestAsLongAsAConnectionMayBeIdle() throws IOException {
    options.readTimeout = Duration.ofMillis(100);
    options.idleTimeout = Duration.ofMillis(500);
    try (var rig = new Rig(options, Rig::answerWithTheRequestLine);
        Client client = rig.connect()) {
      client.send(GET);
      client.readTo("GET /\n");
      long before = System.nanoTime();

      assertThat(client.readToEnd()).isEmpty();
      assertThat(System.nanoTime() - before).isGreaterThan(Duration.ofMillis(400).toNanos());
    }
  }

  @Test
  void tellsTheHandlerAndTheObserverOfAClientThatGoesAway() throws Exception {
    try (var rig = new Rig(options, this::hold)) {
      var told = new CountDownLatch(1);
      try (Client client = rig.connect()) {
        client.send(GET);
        Exchange exchange = nextHeld();
        var registered = new CompletableFuture<Boolean>();
        exchange
            .ioThread()
            .execute(
                () -> {
                  exchange.whenAbandoned(told::countDown);
                  registered.complete(true);
                });
        registered.get(10, TimeUnit.SECONDS);
      }

      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
      assertThat(rig.entryPoint.activeExchanges()).isZero();
      Rig.eventually(() -> rig.entryPoint.openConnections() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET,
        POST + "Content-Length: 5\r\n\r\nhello",
        POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      })
  void takesTheEndOfWhatAClientSendsForItsLeave(String request) throws Exception {
    try (var rig = new Rig(options, this::readAndHold);
        Client client = rig.connect()) {
      client.send(request);
      nextHeld();

      client.socket.shutdownOutput();

      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
      assertThat(client.readToEnd()).isEmpty();
      Rig.eventually(() -> rig.entryPoint.openConnections() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      })
  void keepsARequestThatComesBehindABodyBeforeItsAnswer(String rest) throws Exception {
    try (var rig = new Rig(options, this::readAndHold);
        Client client = rig.connect()) {
      client.send(POST + rest);
      Exchange first = nextHeld();
      client.send("GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
      release(first);
      client.readTo("POST /\n");
      release(nextHeld());

      assertThat(client.readTo("GET /second\n")).startsWith("HTTP/1.1 200");
    }
  }

  /** Holds the exchange once its body is read, as a forwarder that waits for the server. */
  private void readAndHold(Exchange exchange) {
    exchange.suspend();
    readOn(exchange, exchange.requestBody().length());
  }

  private void readOn(Exchange exchange, long left) {
    BodySource body = exchange.requestBody();
    var buffer = ByteBuffer.allocate(64);
    long rest = left;
    try {
      while (rest != 0) {
        int read = body.read(buffer.clear());
        if (read == 0) {
          long open = rest;
          body.whenReadable(() -> readOn(exchange, open));
          return;
        }
        rest = read < 0 ? 0 : rest - read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    held.add(exchange);
  }

  @Test
  void takesAnAnswerForAClientThatIsGone() throws Exception {
    try (var rig = new Rig(options, this::hold)) {
      Exchange exchange;
      try (Client client = rig.connect()) {
        client.send(GET);
        exchange = nextHeld();
      }
      rig.nextCompleted();
      var late = new CompletableFuture<Boolean>();

      exchange
          .ioThread()
          .execute(
              () -> {
                exchange.respond(Answer.text(200, "late"));
                exchange.whenAbandoned(() -> late.complete(true));
              });

      assertThat(late.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(rig.completed).isEmpty();
    }
  }

  @Test
  void keepsARequestThatComesBeforeTheAnswerToTheLast() throws Exception {
    try (var rig = new Rig(options, this::hold);
        Client client = rig.connect()) {
      client.send(GET);
      Exchange first = nextHeld();
      client.send("GET /second HTTP/1.1\r\nHost: a\r\n\r\nGET /third HTTP/1.1\r\nHo");
      release(first);
      assertThat(client.readTo("GET /\n")).startsWith("HTTP/1.1 200");
      Exchange second = nextHeld();
      client.send("st: a\r\n\r\n");
      release(second);
      client.readTo("GET /second\n");
      release(nextHeld());

      assertThat(client.readTo("GET /third\n")).startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void endsAConnectionWithTheLastRequestThatItMayCarry() throws IOException {
    options.maxRequests = 2;
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange(GET + GET + GET).split("HTTP/1.1 200", -1)).hasSize(3);
    }
  }

  @Test
  void endsAConnectionThatIsTooOld() throws IOException {
    options.maxAge = Duration.ofNanos(1);
    try (var rig = new Rig(options);
        Client client = rig.connect()) {
      client.send(GET);
      client.readTo("GET /\n");
      client.send(GET);

      assertThat(client.readToEnd()).contains("Connection: close\r\n");
    }
  }

  @Test
  void closesAnIdleConnection() throws IOException {
    options.idleTimeout = Duration.ofMillis(100);
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange(GET)).endsWith("GET /\n");
      assertThat(rig.exchange("")).isEmpty();
    }
  }

  @Test
  void closesAConnectionWhoseHeadDoesNotCome() throws Exception {
    options.readTimeout = Duration.ofMillis(100);
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange("GET / HTTP/1.1\r\nHost: a\r\nX-Slow")).doesNotContain("200");
      assertThat(rig.seen).isEmpty();
    }
  }

  @Test
  void finishesWhatIsOnItsWayAndTakesNothingNewWhenItStops() throws Exception {
    try (var rig = new Rig(options, this::hold);
        Client client = rig.connect()) {
      client.send(GET);
      Exchange exchange = nextHeld();
      assertThat(rig.entryPoint.activeExchanges()).isEqualTo(1);

      rig.entryPoint.stopAccepting();

      assertThatIOException().isThrownBy(rig::connect);
      release(exchange);
      assertThat(client.readTo("GET /\n")).startsWith("HTTP/1.1 200");
      client.send(GET);
      release(nextHeld());
      assertThat(client.readToEnd()).contains("Connection: close\r\n").endsWith("GET /\n");
      Rig.eventually(() -> rig.entryPoint.activeExchanges() == 0);
    }
  }

  @Test
  void waitsAMomentForTheFirstRequestOfAConnectionWhenItStops() throws Exception {
    try (var rig = new Rig(options);
        Client client = rig.connect();
        Client silent = rig.connect()) {
      Rig.eventually(() -> rig.entryPoint.openConnections() == 2);

      rig.entryPoint.stopAccepting();

      assertThat(rig.entryPoint.activeExchanges()).isEqualTo(2);
      client.send(GET);
      assertThat(client.readToEnd()).contains("Connection: close\r\n").endsWith("GET /\n");
      Rig.eventually(() -> rig.entryPoint.activeExchanges() == 0);
      assertThat(silent.socket.isConnected()).isTrue();
    }
  }
}
