package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Forwarder.Target;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.middleware.Retry;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that {@code retry} has sent again, through real sockets. */
final class RepeatedRequestsTest {
  private static final int LENGTH = 300_000;
  private static final String BODY = "0123456789".repeat(LENGTH / 10);

  private Workers workers;
  private HttpForwarder forwarder;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
    forwarder = new HttpForwarder();
  }

  @AfterEach
  void stop() {
    forwarder.close();
    workers.close();
  }

  private ExchangeHandler retrying(ScriptedServer server) {
    var target =
        new Target(server.url(), true, false, forwarder.transport(TransportOptions.standard()));
    Middleware retry =
        Passage.of(Retry.TYPE, "{attempts: 3, status: ['503'], initialInterval: 10ms}").step();
    return exchange -> {
      if (retry.onRequest(exchange.request()) instanceof Verdict.Enclose enclose) {
        enclose.enclosure().answer(exchange, inner -> forwarder.forward(inner, target));
      }
    };
  }

  /** Sends a PUT and returns all that comes until the proxy closes. */
  private String put(ScriptedServer server) throws IOException {
    try (var entryPoint =
            EntryPoint.open(workers, Fronts.options(), retrying(server), List.of(), Fronts::tls);
        var socket =
            new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort())) {
      socket.setSoTimeout(30_000);
      String head =
          "PUT / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nContent-Length: "
              + LENGTH
              + "\r\n\r\n";
      socket.getOutputStream().write((head + BODY).getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void aBodyThatAServerDidNotWaitForIsWholeAtTheNext() throws Exception {
    var received = new CompletableFuture<String>();
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(
                  "HTTP/1.1 503 Busy\r\nX-Try: one\r\nConnection: close\r\n"
                      + "Content-Length: 4\r\n\r\nbusy");
              connection.readToEnd();
            },
            connection -> {
              connection.readHead();
              received.complete(connection.read(LENGTH));
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
            })) {
      String reply = put(server);

      assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(BODY);
      assertThat(reply).startsWith("HTTP/1.1 200 ").endsWith("fine").doesNotContain("X-Try");
    }
  }

  @Test
  void aConnectionWhoseAnswerWasDiscardedServesTheNextTry() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.read(LENGTH);
              connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
              connection.readHead();
              connection.read(LENGTH);
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
            })) {
      assertThat(put(server)).startsWith("HTTP/1.1 200 ").endsWith("fine");
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void anEndlessAnswerThatNobodyWantsIsCutOff() throws Exception {
    var cut = new CompletableFuture<Boolean>();
    byte[] noise = new byte[8 << 10];
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.read(LENGTH);
              connection.send("HTTP/1.1 503 Busy\r\nContent-Length: 1000000000\r\n\r\n");
              try {
                while (!cut.isDone()) {
                  connection.send(noise);
                }
              } catch (SocketException _) {
                cut.complete(true);
              }
            },
            connection -> {
              connection.readHead();
              connection.read(LENGTH);
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
            })) {
      assertThat(put(server)).startsWith("HTTP/1.1 200 ").endsWith("fine");
      assertThat(cut.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
