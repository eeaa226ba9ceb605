package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.MemoryBound;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients send before anybody wants it, over real sockets. */
class SentAheadTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String SMALL = "G";
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
  private static final String LENGTH = POST + "Content-Length: 100000\r\n\r\nx";
  private static final String CHUNKS = POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nx";
  private static final String WHOLE =
      POST + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n" + SMALL;

  /** More than is kept of one client, and room for its socket. */
  private static final int MUCH = 4 * EarlyBytes.MOST;

  /** As much as can be sent by who is still watched. */
  private static final int AHEAD = EarlyBytes.ENOUGH - 1;

  private final Rig.Options options = new Rig.Options();
  private final MemoryBound memory = new MemoryBound(1 << 20, () -> {});
  private final LinkedBlockingQueue<Exchange> held = new LinkedBlockingQueue<>();

  private final AtomicLong bytesRead = new AtomicLong();

  SentAheadTest() {
    options.headMemory = memory;
  }

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

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static void awaitNoBuffer(Rig rig) {
    Rig.eventually(Duration.ofSeconds(10), "no buffer is out", () -> rig.workers.buffersOut() == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {GET, GET + SMALL, GET + GET, LENGTH, CHUNKS})
  void holdsNoBufferWhileNobodyReadsAndNoticesThatAClientIsGone(String request) throws Exception {
    try (var rig = new Rig(options, this::hold)) {
      Client client = rig.connect();
      client.send(request);
      nextHeld();
      awaitNoBuffer(rig);
      client.send(SMALL);
      awaitNoBuffer(rig);

      reset(client.socket);

      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
      Rig.eventually(() -> rig.entryPoint.openConnections() == 0);
      awaitNoBuffer(rig);
      assertThat(memory.held()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {GET + SMALL, WHOLE})
  void takesTheEndOfWhatAClientSendsForItsLeaveWhateverItSentAhead(String request)
      throws Exception {
    try (var rig = new Rig(options, this::readAndHold);
        Client client = rig.connect()) {
      client.send(request);
      nextHeld();
      awaitNoBuffer(rig);

      client.socket.shutdownOutput();

      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
      assertThat(client.readToEnd()).isEmpty();
    }
  }

  private void readAndHold(Exchange exchange) {
    exchange.suspend();
    try {
      int read;
      do {
        read = exchange.requestBody().read(ByteBuffer.allocate(64));
        bytesRead.addAndGet(Math.max(0, read));
      } while (read > 0);
      if (read == 0) {
        exchange.requestBody().whenReadable(() -> readAndHold(exchange));
        return;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    held.add(exchange);
  }

  @ParameterizedTest
  @ValueSource(strings = {LENGTH, CHUNKS})
  void tellsAClientThatItsRequestBrokeOffBeforeAnybodyReadIt(String request) throws Exception {
    try (var rig = new Rig(options, this::hold);
        Client client = rig.connect()) {
      client.send(request);
      nextHeld();

      client.socket.shutdownOutput();

      assertThat(client.readToEnd()).startsWith("HTTP/1.1 499 ");
      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
    }
  }

  @Test
  void answersAllThatWasSentAheadBeyondWhatIsKept() throws Exception {
    try (var rig = new Rig(options, this::hold);
        Client client = rig.connect()) {
      int requests = MUCH / GET.length();
      client.send(GET.repeat(requests));
      for (int i = 0; i < requests; i++) {
        Exchange exchange = nextHeld();
        assertThat(memory.held()).isLessThan(2 * EarlyBytes.MOST);
        release(exchange);
        assertThat(client.readTo("GET /\n")).startsWith("HTTP/1.1 200 ");
      }
      client.send(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      release(nextHeld());

      assertThat(client.readToEnd()).endsWith("GET /\n");
      assertThat(memory.held()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3 * EarlyBytes.MOST})
  void givesABodyToWhoReadsItLate(int length) throws Exception {
    try (var rig = new Rig(options, this::hold);
        Client client = rig.connect()) {
      client.send(POST + "Content-Length: " + length + "\r\n\r\n" + "b".repeat(length) + GET);
      Exchange first = nextHeld();
      awaitNoBuffer(rig);
      first.ioThread().execute(() -> readAndHold(first));
      nextHeld();
      assertThat(bytesRead.get()).isEqualTo(length);
      release(first);
      client.readTo("POST /\n");
      release(nextHeld());

      assertThat(client.readTo("GET /\n")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void refusesWhoSendsAheadWhenAllTogetherHoldTooMuch() throws Exception {
    var clients = new ArrayList<Client>();
    try (var rig = new Rig(options, this::hold)) {
      while (memory.refused() == 0) {
        Client client = rig.connect();
        clients.add(client);
        client.send(GET + "a".repeat(AHEAD));
        nextHeld();
        int all = clients.size();
        Rig.eventually(() -> memory.refused() > 0 || memory.held() >= all * (AHEAD - 1024L));
      }

      assertThat(clients.getLast().readToEnd())
          .startsWith("HTTP/1.1 503 ")
          .contains("Connection: close\r\n");
      assertThat(rig.nextCompleted().response().status()).isEqualTo(503);
      try (Client polite = rig.connect()) {
        polite.send(GET);
        release(nextHeld());
        assertThat(polite.readTo("GET /\n")).startsWith("HTTP/1.1 200 ");
      }
      for (Client client : clients) {
        client.close();
      }
      Rig.eventually(() -> memory.held() == 0);
    }
  }

  @Test
  void givesUpWhoSentMuchAheadAndGetsNothing() throws Exception {
    options.readTimeout = Duration.ofMillis(100);
    try (var rig = new Rig(options, this::hold);
        Client client = rig.connect()) {
      client.send(GET + "a".repeat(MUCH));
      nextHeld();

      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
      Rig.eventually(() -> rig.entryPoint.openConnections() == 0);
      assertThat(memory.held()).isZero();
    }
  }

  @Test
  void waitsAsLongAsAnAnswerGoesOnForWhoSentMuchAhead() throws Exception {
    options.readTimeout = Duration.ofMillis(400);
    try (var rig = new Rig(options, this::hold);
        Client client = rig.connect()) {
      client.send(GET + GET.repeat(MUCH / GET.length()));
      Exchange exchange = nextHeld();
      var opened = new CompletableFuture<BodySink>();
      exchange.ioThread().execute(() -> opened.complete(exchange.startResponse(12)));
      BodySink sink = opened.get(10, TimeUnit.SECONDS);
      long start = System.nanoTime();
      for (int i = 0; i < 12; i++) {
        write(exchange, sink);
        // The pace of a server: in all it takes thrice as long as a client may get nothing.
        client.socket.setSoTimeout(100);
        try {
          client.readTo("never");
        } catch (IOException _) {
          client.socket.setSoTimeout(10_000);
        }
      }
      exchange.ioThread().execute(() -> finish(sink));
      assertThat(System.nanoTime() - start).isGreaterThan(2 * options.readTimeout.toNanos());
      release(nextHeld());

      assertThat(client.readTo("GET /\n")).startsWith("HTTP/1.1 200 ");
    }
  }

  private static void write(Exchange exchange, BodySink sink) {
    exchange
        .ioThread()
        .execute(
            () -> {
              try {
                sink.write(ByteBuffer.wrap(new byte[] {'.'}));
                sink.flush();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static void finish(BodySink sink) {
    try {
      assertThat(sink.finish()).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
