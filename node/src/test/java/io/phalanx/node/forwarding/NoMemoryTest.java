package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.H2;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A node that has no memory left beside its heap, in earnest. */
class NoMemoryTest {
  private static final int REQUESTS = 3;

  private static final BufferPoolMXBean DIRECT =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .findFirst()
          .orElseThrow();

  private final List<ByteBuffer> taken = new ArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final HttpForwarder forwarder = new HttpForwarder();
  private Workers workers;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
    log.start();
    root.addAppender(log);
  }

  @AfterEach
  void stop() {
    root.detachAppender(log);
    forwarder.close();
    workers.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "h2c"})
  void answers503AndSaysItOnceAndGoesOn(String scheme) throws IOException {
    try (var server = server(scheme);
        var entryPoint = open(URI.create(scheme + "://127.0.0.1:" + server.port()))) {
      // The entry point's own buffers are there from now on.
      assertThat(get(entryPoint, "/here")).startsWith("HTTP/1.1 200 ");
      takeAllButLittle();
      try {
        for (int i = 0; i < REQUESTS; i++) {
          assertThat(get(entryPoint, "/")).startsWith("HTTP/1.1 503 ");
        }
      } finally {
        taken.clear();
      }

      assertThat(get(entryPoint, "/")).startsWith("HTTP/1.1 200 ");
      eventually(() -> forwarder.buffersOut() == 0);
      assertSaidOnce();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "h2c"})
  void servesClientsOfHttp2Again(String scheme) throws IOException {
    try (var server = server(scheme);
        var entryPoint = open(URI.create(scheme + "://127.0.0.1:" + server.port()));
        var client = new H2(entryPoint.address())) {
      client.begin();
      client.send(H2.get(1, "/here"));
      assertThat(end(client)).isEqualTo(H2.HEADERS);
      takeAllButLittle();
      try {
        client.send(H2.get(3, "/"));
        assertThat(end(client)).isEqualTo(H2.DATA);
      } finally {
        taken.clear();
      }
      client.send(H2.get(5, "/"));

      assertThat(end(client)).isEqualTo(H2.DATA);
      assertSaidOnce();
    }
  }

  private void assertSaidOnce() {
    assertThat(List.copyOf(log.list))
        .noneMatch(line -> line.getLevel() == Level.ERROR)
        .filteredOn(line -> line.getLevel() == Level.WARN)
        .hasSizeLessThanOrEqualTo(1);
  }

  private static ScriptedServer server(String scheme) {
    return new ScriptedServer(
        scheme.equals("http")
            ? KeepAliveTest::answerAll
            : connection -> new Http2Script(connection).answerAll());
  }

  /** Takes what there is, but for less than one of the forwarder's buffers. */
  private void takeAllButLittle() {
    int little = Buffers.SIZE / 4 * 3;
    taken.add(ByteBuffer.allocateDirect(little));
    for (int size = 64 << 20; size >= 16 << 10; ) {
      try {
        taken.add(ByteBuffer.allocateDirect(size));
      } catch (OutOfMemoryError _) {
        size /= 64;
      }
    }
    long used = DIRECT.getMemoryUsed();
    taken.removeFirst();
    eventually(
        () -> {
          System.gc();
          return DIRECT.getMemoryUsed() <= used - little;
        });
  }

  private EntryPoint open(URI server) throws IOException {
    var target = new Target(server, true, false, forwarder.transport(TransportOptions.standard()));
    ExchangeHandler handler =
        exchange -> {
          if (exchange.request().path().equals("/here")) {
            exchange.respond(Answer.empty(200));
          } else {
            forwarder.forward(exchange, target);
          }
        };
    return EntryPoint.open(workers, Fronts.options(), handler, List.of(), Fronts::tls);
  }

  private static String get(EntryPoint entryPoint, String path) throws IOException {
    try (var socket =
        new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort())) {
      socket.setSoTimeout(20_000);
      String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  /** The type of the frame with which an answer ends. */
  private static int end(H2 client) throws IOException {
    H2.Frame frame = client.next();
    while (!frame.isEnd()) {
      assertThat(frame.type).isNotEqualTo(H2.RST_STREAM);
      frame = client.next();
    }
    return frame.type;
  }
}
