package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine behind a real entry point: what a client gets, byte for byte. */
class ThroughEntryPointTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  private static final String LAST_GET =
      "GET /last HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";

  private final HttpForwarder forwarder = new HttpForwarder();
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
  void answersPipelinedRequestsInOrder() throws IOException {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll)) {
      String reply = exchange(server, GET + GET + LAST_GET);

      assertThat(reply.split("HTTP/1.1 200 OK", -1)).hasSize(4);
      assertThat(server.heads).hasSize(3);
      assertThat(server.connections).hasSize(1);
    }
  }

  @Test
  void sendsNoLengthWhereNoBodyBelongs() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 204 No Content\r\nX-Job: done\r\n\r\n");
              connection.readHead();
              connection.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 5120\r\n\r\n");
            })) {
      assertThat(exchange(server, GET + LAST_GET)).doesNotContain("ontent-Length");
    }
  }

  @Test
  void keepsTheLengthOfAnAnswerToHead() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5120\r\n\r\n");
              KeepAliveTest.answerAll(connection);
            })) {
      assertThat(exchange(server, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + LAST_GET))
          .contains("Content-Length: 5120\r\n")
          .endsWith("\r\n\r\nok");
    }
  }

  @Test
  void streamsChunksBothWays() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              String body = connection.read("5\r\nhello\r\n0\r\n\r\n".length());
              connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              connection.send("5\r\n" + body.substring(3, 8) + "\r\n0\r\n\r\n");
            })) {
      String post =
          "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "5\r\nhello\r\n0\r\n\r\n";

      assertThat(exchange(server, post))
          .contains("Transfer-Encoding: chunked\r\n")
          .containsPattern("\r\n\r\n5\r\nhello\r\n0\r\n\r\n$");
    }
  }

  @Test
  void closesTheClientsConnectionWhenTheBodyIsCutShort() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            })) {
      assertThat(exchange(server, GET)).endsWith("5\r\nhello\r\n");
    }
  }

  @Test
  void answers502WhereTheServerSaysNothing() throws IOException {
    try (var server = new ScriptedServer(ScriptedServer.Connection::readHead)) {
      assertThat(exchange(server, LAST_GET))
          .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
          .endsWith("\r\n\r\nBad Gateway");
    }
  }

  @Test
  void passesALargeBodyWhole() throws IOException {
    byte[] large = new byte[20 << 20];
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + large.length + "\r\n\r\n");
              connection.send(large);
            })) {
      String reply = exchange(server, LAST_GET);

      assertThat(reply.length() - reply.indexOf("\r\n\r\n") - 4).isEqualTo(large.length);
    }
  }

  @Test
  void carriesTrailersBothWays() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.readHead();
              connection.send(
                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Down\r\n\r\n"
                      + "0\r\nX-Down: 1\r\nContent-Length: 5\r\nx-late: 2\r\n\r\n");
              connection.readToEnd();
            })) {
      String reply =
          exchange(
              server,
              "POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n"
                  + "Trailer: X-Up\r\nConnection: close\r\n\r\n"
                  + "5\r\nhello\r\n0\r\nX-Up: 1\r\nHost: evil.example\r\nX-Late: 2\r\n\r\n");

      assertThat(server.heads.getFirst()).contains("\r\nTrailer: X-Up\r\n");
      assertThat(server.heads.getLast()).endsWith("hello\r\n0\r\nX-Up: 1\r\nX-Late: 2\r\n\r\n");
      assertThat(reply).contains("\r\nTrailer: X-Down\r\n");
      assertThat(reply).endsWith("\r\n\r\n0\r\nX-Down: 1\r\nx-late: 2\r\n\r\n");
    }
  }

  @Test
  void letsTheServerDecideWhetherABodyIsSent() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
              connection.send("HTTP/1.1 100 Continue\r\n\r\n");
              String body = connection.read(5);
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
              connection.readToEnd();
            })) {
      String reply = exchange(server, expecting("PUT", "Connection: close\r\n"), "hello");

      assertThat(server.heads.getFirst()).contains("\r\nExpect: 100-continue\r\n");
      assertThat(reply)
          .startsWith(
              "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                  + "HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\nhello");
    }
  }

  @Test
  void sendsNoBodyThatTheServerDoesNotWant() throws Exception {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
              assertThat(connection.read(1)).isEmpty();
              connection.readToEnd();
            })) {
      String reply = exchange(server, expecting("PUT", ""), "");

      assertThat(reply)
          .startsWith("HTTP/1.1 401 ")
          .contains("Connection: close\r\n")
          .doesNotContain("100 Continue");
      assertThat(server.awaitEnd()).isTrue();
      assertThat(server.broken).isNotDone();
    }
  }

  @Test
  void sendsTheBodyToAServerThatSaysNothing() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              String body = connection.read(5);
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + body);
            })) {
      String reply = exchange(server, expecting("POST", "Connection: close\r\n"), "hello");

      assertThat(reply).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ").endsWith("hello");
    }
  }

  private static String expecting(String method, String lines) {
    return method
        + " / HTTP/1.1\r\nHost: shop.example\r\nExpect: 100-continue\r\nContent-Length: 5\r\n"
        + lines
        + "\r\n";
  }

  @Test
  void sendsTrailersThatDoNotFitBehindTheHead() throws IOException {
    String long1 = "y".repeat(15 << 10);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.readHead();
              connection.send("HTTP/1.1 204 No Content\r\n\r\n");
              connection.readToEnd();
            })) {
      String reply =
          exchange(
              server,
              "POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n"
                  + ("X-Long: " + long1 + "\r\n").repeat(3)
                  + ("X-Long: " + "y".repeat(8 << 10) + "\r\n")
                  + "Connection: close\r\n\r\n0\r\nX-Up: "
                  + long1
                  + "\r\n\r\n");

      assertThat(reply).startsWith("HTTP/1.1 204 ");
      assertThat(server.heads.getLast()).endsWith("0\r\nX-Up: " + long1 + "\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "h2c"})
  void answers500WhereTheAnswerOfTheServerBreaksSomethingHere(String scheme) throws IOException {
    ScriptedServer.Script script =
        scheme.equals("http")
            ? KeepAliveTest::answerAll
            : connection -> new Http2Script(connection).answerAll();
    try (var server = new ScriptedServer(script)) {
      URI url = URI.create(scheme + "://127.0.0.1:" + server.port());
      var target = new Target(url, true, false, forwarder.transport(TransportOptions.standard()));
      ExchangeHandler handler =
          exchange -> {
            if (exchange.request().path().equals("/")) {
              exchange.addResponseStep(
                  _ -> {
                    throw new StackOverflowError();
                  });
            }
            forwarder.forward(exchange, target);
          };

      assertThat(exchange(handler, GET + LAST_GET, ""))
          .containsSubsequence("HTTP/1.1 500 ", "HTTP/1.1 200 OK", "ok");
    }
  }

  /** Sends {@code bytes} and returns all that comes until the proxy closes. */
  private String exchange(ScriptedServer server, String bytes) throws IOException {
    return exchange(server, bytes, "");
  }

  /** Sends {@code body} when it is let. */
  private String exchange(ScriptedServer server, String bytes, String body) throws IOException {
    var target =
        new Target(server.url(), true, false, forwarder.transport(TransportOptions.standard()));
    return exchange(exchange -> forwarder.forward(exchange, target), bytes, body);
  }

  private String exchange(ExchangeHandler handler, String bytes, String body) throws IOException {
    try (var entryPoint =
            EntryPoint.open(workers, Fronts.options(), handler, List.of(), Fronts::tls);
        var socket =
            new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      var reply = new StringBuilder();
      while (!body.isEmpty() && reply.indexOf("100 Continue\r\n\r\n") < 0) {
        reply.append((char) socket.getInputStream().read());
      }
      socket.getOutputStream().write(body.getBytes(StandardCharsets.ISO_8859_1));
      return reply
          + new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
