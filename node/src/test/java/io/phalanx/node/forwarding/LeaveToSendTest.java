package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.H2;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code Expect: 100-continue} of clients that speak HTTP/2: the server decides. */
class LeaveToSendTest {
  private static final byte[] EXPECTING =
      H2.request(1, 0, "PUT", "/", "expect", "100-continue", "content-length", "5");
  private static final byte[] HELLO =
      H2.frame(H2.DATA, H2.END_STREAM, 1, "hello".getBytes(StandardCharsets.US_ASCII));

  /** Moved by the test alone, so that a server is waited for without end. */
  private final AtomicLong nanoTime = new AtomicLong();

  private final HttpForwarder forwarder =
      new HttpForwarder(nanoTime::get, InetAddress::getAllByName);
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
  void passesTheLeaveOn() throws IOException {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
                  connection.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + connection.read(5));
                });
        var entryPoint = open(server.url());
        var client = begin(entryPoint)) {
      client.send(EXPECTING);
      assertThat(client.next().text()).contains("103");
      assertThat(client.next().text()).contains("100");
      client.send(HELLO);

      assertThat(client.body(1)).isEqualTo("hello");
      assertThat(server.heads.getFirst()).contains("\r\nExpect: 100-continue\r\n");
    }
  }

  @Test
  void passesTheLeaveOfAServerOfHttp2On() throws IOException {
    try (var server =
            new ScriptedServer(
                http2(
                    script -> {
                      int stream = script.head().stream();
                      script.head(stream, false, ":status: 103");
                      script.head(stream, false, ":status: 100");
                      script.answer(stream, script.next(Http2Script.DATA).text());
                      script.answerAll();
                    }));
        var entryPoint = open(server.h2c());
        var client = begin(entryPoint)) {
      client.send(EXPECTING);
      assertThat(client.next().text()).contains("103");
      assertThat(client.next().text()).contains("100");
      client.send(HELLO);

      assertThat(client.body(1)).isEqualTo("hello");
      assertThat(server.heads.getFirst()).contains("expect: 100-continue");
    }
  }

  @Test
  void givesNoLeaveWhereTheServerGivesNone() throws IOException {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
                  assertThat(connection.read(1)).isEmpty();
                });
        var entryPoint = open(server.url());
        var client = begin(entryPoint)) {
      client.send(EXPECTING);

      assertThat(client.status(1)).isEqualTo(401);
      assertThat(client.body(1)).isEqualTo("no");
      assertThat(server.broken).isNotDone();
    }
  }

  @Test
  void givesLeaveWhereTheServerSaysNothing() throws IOException {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
                  connection.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + connection.read(5));
                });
        var entryPoint = open(server.url());
        var client = begin(entryPoint)) {
      client.send(EXPECTING);
      assertThat(client.next().text()).contains("100");
      assertThat(nanoTime.get()).isPositive();
      client.send(HELLO);

      assertThat(client.body(1)).isEqualTo("hello");
    }
  }

  @Test
  void holdsNothingBackOfAClientThatDoesNotWait() throws IOException {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + connection.read(5));
                });
        var entryPoint = open(server.url());
        var client = begin(entryPoint)) {
      client.send(EXPECTING, HELLO);

      assertThat(client.next().text()).contains("100");
      assertThat(client.status(1)).isEqualTo(200);
      assertThat(client.body(1)).isEqualTo("hello");
    }
  }

  private EntryPoint open(URI server) throws IOException {
    var target = new Target(server, true, false, forwarder.transport(TransportOptions.standard()));
    return EntryPoint.open(
        workers,
        Fronts.options(),
        exchange -> forwarder.forward(exchange, target),
        List.of(),
        Fronts::tls);
  }

  private static H2 begin(EntryPoint entryPoint) throws IOException {
    var client = new H2(entryPoint.address());
    client.begin();
    return client;
  }
}
