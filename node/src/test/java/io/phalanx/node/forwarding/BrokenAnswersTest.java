package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.H2;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder.Target;
import io.phalanx.node.exchange.HeaderName;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers whose bodies turn out wrong, by servers and to clients of both protocols. */
class BrokenAnswersTest {
  private static final HeaderName X_STEP = HeaderName.of("X-Step");
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  private static final String LAST_GET =
      "GET /last HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n";

  /** What is wrong comes with the head, before anything went out to the client. */
  enum Broken {
    CHUNK,
    TRAILER,
    SHORTER,
    LONGER;

    private void play(ScriptedServer.Connection connection)
        throws IOException, InterruptedException {
      switch (this) {
        case CHUNK -> broken(connection, "xyz\r\nhi");
        case TRAILER -> broken(connection, "2\r\nhi\r\n0\r\nX-T: a\u0001b\r\n\r\n");
        case SHORTER -> broken(new Http2Script(connection), "short");
        case LONGER -> broken(new Http2Script(connection), "longer than ten bytes");
      }
    }

    private static void broken(ScriptedServer.Connection connection, String chunks)
        throws IOException, InterruptedException {
      connection.readHead();
      connection.send(
          "HTTP/1.1 200 OK\r\nX-Broken: 1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
      connection.readToEnd();
    }

    private static void broken(Http2Script script, String body)
        throws IOException, InterruptedException {
      int stream = script.head().stream();
      script.together(
          all -> {
            all.head(stream, false, ":status: 200", "x-broken: 1", "content-length: 10");
            all.data(stream, true, body);
          });
      script.answerAll();
    }

    /** The next connection is in good order. */
    ScriptedServer server() {
      return new ScriptedServer(this::play, KeepAliveTest::answerAll);
    }

    URI url(ScriptedServer server) {
      return switch (this) {
        case CHUNK, TRAILER -> server.url();
        case SHORTER, LONGER -> server.h2c();
      };
    }
  }

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

  @ParameterizedTest
  @EnumSource
  void answers502WhereNothingIsOutYet(Broken broken) throws IOException {
    try (var server = broken.server();
        var entryPoint = open(broken.url(server));
        var client = connect(entryPoint)) {
      String reply = exchange(client, GET + LAST_GET);

      assertThat(reply)
          .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
          .containsSubsequence(
              "X-Step: saw 502\r\n",
              "\r\n\r\nBad Gateway",
              "HTTP/1.1 200 OK",
              "X-Step: saw 200\r\n",
              "ok")
          .containsOnlyOnce("X-Step: saw 200")
          .doesNotContain("X-Broken");
    }
  }

  @ParameterizedTest
  @EnumSource
  void answers502ToAClientOfHttp2(Broken broken) throws IOException {
    try (var server = broken.server();
        var entryPoint = open(broken.url(server));
        var client = new H2(entryPoint.address())) {
      client.begin();
      client.send(H2.get(1, "/"), H2.get(3, "/next"));

      String replies = "";
      for (int ends = 0; ends < 2; ) {
        H2.Frame frame = client.next();
        assertThat(frame.type).isNotEqualTo(H2.RST_STREAM);
        replies += frame.text();
        ends += frame.isEnd() ? 1 : 0;
      }
      assertThat(replies).contains("saw 502", "Bad Gateway", "ok").doesNotContain("x-broken");
    }
  }

  @Test
  void cutsWhatIsBegun() throws IOException {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(
                      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n#!\r\n");
                  connection.read(1);
                });
        var entryPoint = open(server.url());
        var client = connect(entryPoint)) {
      client.getOutputStream().write(GET.getBytes(StandardCharsets.ISO_8859_1));
      while (client.getInputStream().read() != '#') {
        // The head is out.
      }
      server.connections.getFirst().send("xyz\r\n");

      assertThat(exchange(client, "")).isEqualTo("!\r\n");
    }
  }

  @Test
  void passesAHeadOnWhoseBodyIsToCome() throws IOException {
    try (var server =
            new ScriptedServer(
                http2(
                    script -> {
                      script.head(script.head().stream(), false, ":status: 200", "x-early: 1");
                      script.answerAll();
                    }));
        var entryPoint = open(server.h2c());
        var client = connect(entryPoint)) {
      client.getOutputStream().write(GET.getBytes(StandardCharsets.ISO_8859_1));

      String head = "";
      while (!head.endsWith("\r\n\r\n")) {
        head += (char) client.getInputStream().read();
      }
      assertThat(head).startsWith("HTTP/1.1 200 OK").contains("X-Early: 1");
    }
  }

  private EntryPoint open(URI server) throws IOException {
    var target = new Target(server, true, false, forwarder.transport(TransportOptions.standard()));
    return EntryPoint.open(
        workers,
        Fronts.options(),
        exchange -> {
          exchange.addResponseStep(head -> head.headers().add(X_STEP, "saw " + head.status()));
          forwarder.forward(exchange, target);
        },
        List.of(),
        Fronts::tls);
  }

  private static Socket connect(EntryPoint entryPoint) throws IOException {
    var socket = new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Sends {@code bytes} and returns all that comes until the proxy closes. */
  private static String exchange(Socket client, String bytes) throws IOException {
    client.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}
