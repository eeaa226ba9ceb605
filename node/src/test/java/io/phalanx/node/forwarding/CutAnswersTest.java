package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers that end before they are out: their client takes nothing, or their entry point ends. */
class CutAnswersTest {
  private static final Duration LIMIT = Duration.ofMillis(300);
  private static final int LENGTH = 1 << 30;
  private static final int CLIENTS = 5;

  private final HttpForwarder forwarder = new HttpForwarder();
  private final LinkedBlockingQueue<CompletedExchange> completed = new LinkedBlockingQueue<>();
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
  void takeTheirServersConnectionAndTheirBuffersAlong() throws Exception {
    var left = new CountDownLatch(CLIENTS);
    try (var server = new ScriptedServer(connection -> sendMuch(connection, left));
        var entryPoint = open(server, LIMIT)) {
      for (int i = 0; i < CLIENTS; i++) {
        try (var socket =
            new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort())) {
          socket
              .getOutputStream()
              .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

          CompletedExchange cut = completed.poll(10, TimeUnit.SECONDS);

          assertThat(cut).isNotNull();
          assertThat(cut.response().status()).isEqualTo(499);
        }
      }
      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      eventually(() -> forwarder.buffersOut() == 0);
      eventually(() -> workers.buffersOut() == 0);
    }
  }

  @Test
  void takeTheirServersConnectionAlongWhenTheirEntryPointCloses() throws Exception {
    var left = new CountDownLatch(1);
    try (var server = new ScriptedServer(connection -> sendMuch(connection, left));
        var client = new Socket()) {
      try (var entryPoint = open(server, Duration.ZERO)) {
        client.connect(entryPoint.address());
        client
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(15)).asString().isEqualTo("HTTP/1.1 200 OK");
      }

      assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
      eventually(() -> forwarder.buffersOut() == 0);
    }
  }

  private static void sendMuch(ScriptedServer.Connection connection, CountDownLatch left)
      throws IOException {
    connection.readHead();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + LENGTH + "\r\n\r\n");
    byte[] piece = new byte[1 << 16];
    try {
      for (int i = 0; i < LENGTH; i += piece.length) {
        connection.send(piece);
      }
    } finally {
      left.countDown();
    }
  }

  private EntryPoint open(ScriptedServer server, Duration writeTimeout) throws IOException {
    var target =
        new Target(
            URI.create("http://127.0.0.1:" + server.port()),
            true,
            false,
            forwarder.transport(TransportOptions.standard()));
    return EntryPoint.open(
        workers,
        Fronts.withWriteTimeout(writeTimeout),
        exchange -> forwarder.forward(exchange, target),
        List.of(completed::add),
        Fronts::tls);
  }
}
