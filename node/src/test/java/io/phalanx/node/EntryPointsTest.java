package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.pipeline.Routing;
import io.phalanx.node.settings.EntryPointSettings;
import io.phalanx.node.settings.SettingsReader;
import io.phalanx.node.systemd.InheritedSockets;
import io.phalanx.node.tls.DefaultCertificate;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.providers.tree.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EntryPointsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] REQUEST =
      "GET /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private final ServerCertificate certificate = DefaultCertificate.generate(Instant.now());
  private final Routing nothing = Routing.nothing(TlsTable.empty(() -> certificate));
  private Workers workers;
  private EntryPoints entryPoints;
  private int one;
  private int two;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
    entryPoints = new EntryPoints(workers, java.util.List.of(), InheritedSockets.of(Map.of(), 1));
    try (var first = bound(0);
        var second = bound(0)) {
      one = first.getLocalPort();
      two = second.getLocalPort();
    }
  }

  @AfterEach
  void stop() {
    entryPoints.stop();
    workers.close();
  }

  private static ServerSocket bound(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  private static Map<String, EntryPointSettings> settings(String yaml) {
    var reader = new SettingsReader(Map.of(), Map.of(), Path.of(""));
    var decoded = reader.decode(YamlReader.read("f.yml", "entryPoints: " + yaml).tree());
    assertThat(decoded.problems()).isEmpty();
    return decoded.value().orElseThrow().entryPoints();
  }

  private static String at(String name, int port) {
    return "%s: {address: '127.0.0.1:%d'}".formatted(name, port);
  }

  private void serve(String yaml) {
    var routing = new HashMap<String, Routing>();
    Map<String, EntryPointSettings> wanted = settings(yaml);
    wanted.keySet().forEach(name -> routing.put(name, nothing));
    entryPoints.serve(wanted, routing);
  }

  private void open(String yaml) throws IOException {
    serve(yaml);
    entryPoints.open();
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static String ask(Socket socket) throws IOException {
    socket.getOutputStream().write(REQUEST);
    InputStream in = socket.getInputStream();
    var answer = new StringBuilder();
    while (!answer.toString().endsWith("not found\n")) {
      int next = in.read();
      if (next < 0) {
        return answer.toString();
      }
      answer.append((char) next);
    }
    return answer.toString();
  }

  private static String ask(int port) throws IOException {
    try (Socket socket = connect(port)) {
      return ask(socket);
    }
  }

  private static boolean listens(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static void eventually(java.util.function.BooleanSupplier holds) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    assertThat(holds.getAsBoolean()).isTrue();
  }

  @Test
  void comesMovesAndGoes() throws IOException {
    open("{" + at("web", one) + "}");
    assertThat(ask(one)).startsWith("HTTP/1.1 404");

    serve("{" + at("web", two) + "}");
    assertThat(ask(two)).startsWith("HTTP/1.1 404");
    eventually(() -> !listens(one));

    serve("{" + at("other", one) + "}");
    assertThat(ask(one)).startsWith("HTTP/1.1 404");
    eventually(() -> !listens(two));
  }

  @Test
  void twoMayTakeEachOthersPlaces() throws IOException {
    open("{" + at("a", one) + ", " + at("b", two) + "}");
    Map<String, EntryPointSettings> swapped =
        settings("{" + at("a", two) + ", " + at("b", one) + "}");

    entryPoints.tryOut(swapped);
    serve("{" + at("a", two) + ", " + at("b", one) + "}");

    assertThat(entryPoints.failures()).isEmpty();
    assertThat(ask(one)).startsWith("HTTP/1.1 404");
    assertThat(ask(two)).startsWith("HTTP/1.1 404");
  }

  @Test
  void otherOptionsHoldForNewConnectionsAtTheSameSocket() throws IOException {
    open("{" + at("web", one) + "}");
    try (Socket before = connect(one)) {
      assertThat(ask(before)).doesNotContain("Connection: close");
      serve(
          "{web: {address: '127.0.0.1:%d', transport: {keepAliveMaxRequests: 1}}}".formatted(one));

      assertThat(ask(one)).contains("Connection: close");
      assertThat(ask(before)).startsWith("HTTP/1.1 404").contains("Connection: close");
    }
    eventually(() -> entryPoints.openConnections().equals(Map.of("web", 0L)));
  }

  @Test
  void theSameAgainEndsNothing() throws IOException {
    open("{" + at("web", one) + "}");
    try (Socket kept = connect(one)) {
      ask(kept);
      serve(
          "{web: {address: '127.0.0.1:%d', transport: {lifeCycle: {graceTimeOut: 1s}}}}"
              .formatted(one));

      assertThat(ask(kept)).startsWith("HTTP/1.1 404").doesNotContain("Connection: close");
    }
  }

  @Test
  void aPortThatIsTakenIsToldAndTheRestServes() throws IOException {
    open("{" + at("web", one) + "}");
    String both = "{" + at("web", one) + ", " + at("more", two) + "}";
    try (ServerSocket _ = bound(two)) {
      assertThatThrownBy(() -> entryPoints.tryOut(settings(both)))
          .hasMessage(
              "entry point more cannot listen on /127.0.0.1:%d: Address already in use"
                  .formatted(two));
      serve(both);
      assertThat(entryPoints.failures())
          .containsExactly(
              "entry point more cannot listen on /127.0.0.1:%d: Address already in use"
                  .formatted(two));
      assertThat(ask(one)).startsWith("HTTP/1.1 404");
    }

    eventually(() -> entryPoints.failures().isEmpty());
    assertThat(ask(two)).startsWith("HTTP/1.1 404");
  }
}
