package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upgrades through entry point and engine, byte for byte. */
class TunnelsTest {
  private static final String ASK =
      "GET /chat HTTP/1.1\r\nHost: shop.example\r\nConnection: keep-alive, Upgrade\r\n"
          + "Upgrade: ledger/2, websocket\r\n\r\n";
  private static final String GRANT =
      "HTTP/1.1 101 Go Ahead\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\nX-A: 1\r\n\r\n";

  private final HttpForwarder forwarder = new HttpForwarder();
  private final BlockingQueue<CompletedExchange> completed = new LinkedBlockingQueue<>();
  private Workers workers;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
  }

  @AfterEach
  void stop() {
    forwarder.close();
    workers.close();
  }

  @Test
  void carriesBytesBothWaysFromTheFirstOne() throws Exception {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(GRANT + "hello");
                  connection.send(connection.read(8));
                  connection.readToEnd();
                });
        var entryPoint = open(server);
        var client = connect(entryPoint)) {
      send(client, ASK + "early");
      String head = readTo(client, "\r\n\r\n");
      assertThat(read(client, 5)).isEqualTo("hello");
      send(client, "bye");
      assertThat(read(client, 8)).isEqualTo("earlybye");
      assertThat(entryPoint.activeExchanges()).isEqualTo(1);
      client.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);

      assertThat(head)
          .isEqualTo(
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nX-A: 1\r\n"
                  + "Connection: Upgrade\r\n\r\n");
      assertThat(server.heads.getFirst())
          .contains("\r\nConnection: Upgrade\r\nUpgrade: ledger/2, websocket\r\n");
      CompletedExchange seen = nextCompleted();
      assertThat(seen.response().status()).isEqualTo(101);
      assertThat(seen.requestBytes()).isEqualTo(8);
      assertThat(seen.responseBytes()).isEqualTo(13);
      assertThat(entryPoint.activeExchanges()).isZero();
    }
  }

  @Test
  void letsEachSideEndByItself() throws Exception {
    var serverSawTheEnd = new CompletableFuture<Boolean>();
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(GRANT);
                  connection.readToEnd();
                  serverSawTheEnd.complete(true);
                  connection.send("after the end");
                });
        var entryPoint = open(server);
        var client = connect(entryPoint)) {
      send(client, ASK);
      readTo(client, "\r\n\r\n");
      client.shutdownOutput();

      assertThat(serverSawTheEnd.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
          .isEqualTo("after the end");
    }
  }

  @Test
  void leavesNothingOfATunnelToTheNext() throws Exception {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(GRANT + "bye");
                });
        var entryPoint = open(server)) {
      for (int i = 0; i < 40; i++) {
        try (var client = connect(entryPoint)) {
          send(client, ASK);
          assertThat(
                  new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
              .startsWith("HTTP/1.1 101 ")
              .endsWith("bye");
        }
      }
    }
  }

  @Test
  void holdsBackBothSidesAndLosesNothing() throws Exception {
    int size = 16 << 20;
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(GRANT);
                  for (int left = size; left > 0; left -= 1 << 16) {
                    connection.send(connection.read(1 << 16));
                  }
                });
        var entryPoint = open(server);
        var client = connect(entryPoint)) {
      send(client, ASK);
      readTo(client, "\r\n\r\n");
      byte[] bytes = new byte[size];
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) ((i * 31) >> 8);
      }
      Thread.ofVirtual().start(() -> write(client, bytes));

      assertThat(client.getInputStream().readNBytes(size)).isEqualTo(bytes);
    }
  }

  @Test
  void endsTheServersSideWithTheClients() throws Exception {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(GRANT);
                  connection.readToEnd();
                });
        var entryPoint = open(server)) {
      try (var client = connect(entryPoint)) {
        send(client, ASK);
        readTo(client, "\r\n\r\n");
        client.setSoLinger(true, 0);
      }

      assertThat(server.awaitEnd()).isTrue();
      assertThat(nextCompleted().response().status()).isEqualTo(101);
    }
  }

  @Test
  void endsWithTheEntryPoint() throws Exception {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(GRANT);
              connection.readToEnd();
            })) {
      EntryPoint entryPoint = open(server);
      Socket client = connect(entryPoint);
      send(client, ASK);
      readTo(client, "\r\n\r\n");
      entryPoint.stopAccepting();
      assertThat(entryPoint.activeExchanges()).isEqualTo(1);

      entryPoint.close();

      assertThat(server.awaitEnd()).isTrue();
      assertThat(nextCompleted().response().status()).isEqualTo(101);
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      client.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Connection: Upgrade\r\n",
        "Upgrade: websocket\r\n",
        "Connection: Upgrade\r\nUpgrade: irc\r\n",
        "Connection: Upgrade\r\nUpgrade: h2c\r\n",
      })
  void takesNoProtocolThatTheClientDidNotAskFor(String lines) throws Exception {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(GRANT + "smuggled");
                  connection.readToEnd();
                });
        var entryPoint = open(server);
        var client = connect(entryPoint)) {
      send(client, "GET / HTTP/1.1\r\nHost: shop.example\r\n" + lines + "\r\n");

      assertThat(readTo(client, "Bad Gateway"))
          .startsWith("HTTP/1.1 502 ")
          .doesNotContain("smuggled");
      assertThat(server.heads.getFirst()).doesNotContain("h2c");
    }
  }

  @Test
  void passesARefusalOnAndKeepsTheConnection() throws Exception {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
                  connection.readHead();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
                  connection.readToEnd();
                });
        var entryPoint = open(server);
        var client = connect(entryPoint)) {
      send(client, ASK);
      assertThat(readTo(client, "\r\n\r\nno")).startsWith("HTTP/1.1 403 ");
      send(client, "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");

      assertThat(readTo(client, "\r\n\r\nyes")).startsWith("HTTP/1.1 200 ");
      assertThat(server.connections).hasSize(1);
    }
  }

  private CompletedExchange nextCompleted() throws InterruptedException {
    CompletedExchange next = completed.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private EntryPoint open(ScriptedServer server) throws IOException {
    var target =
        new Target(server.url(), true, false, forwarder.transport(TransportOptions.standard()));
    var options = Fronts.options();
    return EntryPoint.open(
        workers,
        options,
        exchange -> forwarder.forward(exchange, target),
        List.of(completed::add),
        Fronts::tls);
  }

  private static Socket connect(EntryPoint entryPoint) throws IOException {
    var socket = new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void write(Socket client, byte[] bytes) {
    try {
      client.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Socket client, int count) throws IOException {
    return new String(client.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
  }

  private static String readTo(Socket client, String end) throws IOException {
    var text = new StringBuilder();
    InputStream in = client.getInputStream();
    while (text.indexOf(end) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended behind: " + text);
      }
      text.append((char) next);
    }
    return text.toString();
  }
}
