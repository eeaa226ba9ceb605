package io.phalanx.it.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TextFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TCP routers of two nodes that are one fleet, as processes. */
class TcpIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String ROUTES =
      """
      tcp:
        routers:
          all: {rule: HostSNI(`*`), service: echo}
          few: {rule: ClientIP(`127.0.0.2`), service: echo, middlewares: [two]}
        middlewares: {two: {inFlightConn: {amount: 2}}}
        services: {echo: {loadBalancer: {servers: [{address: "127.0.0.1:%d"}]}}}
      """;

  @TempDir private Path directory;

  private final List<NodeProcess> nodes = new ArrayList<>();
  private List<Integer> ports = List.of();
  private ServerSocket echo;

  @BeforeEach
  void startTwoNodes() throws Exception {
    echo = echo();
    List<Integer> all = Ports.free(4);
    ports = all.subList(0, 2);
    Path routes = directory.resolve("routes.yml");
    TextFile.replace(routes, ROUTES.formatted(echo.getLocalPort()));
    Path key = directory.resolve("fleet.key");
    FleetKey.generate().write(key);
    for (int i = 0; i < 2; i++) {
      nodes.add(
          NodeProcess.start(
              directory.resolve("node-" + i),
              List.of(
                  "--entryPoints.tcp.address=127.0.0.1:" + ports.get(i),
                  "--entryPoints.tcp.transport.lifeCycle.graceTimeOut=3s",
                  "--providers.file.filename=" + routes,
                  "--providers.providersThrottleDuration=100ms",
                  "--fleet.bind=127.0.0.1:" + all.get(2 + i),
                  i == 0 ? "--fleet.bootstrap=true" : "--fleet.join=127.0.0.1:" + all.get(2),
                  "--fleet.keyFile=" + key)));
      int port = ports.get(i);
      Eventually.holds("node " + i + " serves", LIMIT, () -> isServed(port, "127.0.0.1"));
    }
  }

  @AfterEach
  void endAll() throws IOException {
    nodes.forEach(NodeProcess::close);
    echo.close();
  }

  private static ServerSocket echo() throws IOException {
    var listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket socket = listener.accept();
                  Thread.ofVirtual().start(() -> sendBack(socket));
                }
              } catch (IOException _) {
                // The test is over.
              }
            });
    return listener;
  }

  private static void sendBack(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException _) {
      // Its client is gone.
    }
  }

  private static Socket connect(int port, String from) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(from), 0);
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** What comes back of a word; nothing if the connection ends. */
  private static String say(Socket client, String word) {
    try {
      client.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
      return new String(
          client.getInputStream().readNBytes(word.length()), StandardCharsets.US_ASCII);
    } catch (IOException _) {
      return "";
    }
  }

  private static boolean isServed(int port, String from) throws IOException {
    try (Socket client = connect(port, from)) {
      return say(client, "hello").equals("hello");
    } catch (java.net.ConnectException _) {
      return false;
    }
  }

  @Test
  void connectionsOfOneAddressAreCountedForAllNodes() throws Exception {
    try (Socket first = connect(ports.get(0), "127.0.0.2");
        Socket second = connect(ports.get(1), "127.0.0.2")) {
      assertThat(say(first, "one")).isEqualTo("one");
      assertThat(say(second, "two")).isEqualTo("two");
      assertThat(isServed(ports.get(0), "127.0.0.2")).isFalse();
      assertThat(isServed(ports.get(1), "127.0.0.2")).isFalse();
      assertThat(isServed(ports.get(1), "127.0.0.3")).isTrue();
    }
    for (int port : ports) {
      Eventually.holds("a slot is free", LIMIT, () -> isServed(port, "127.0.0.2"));
    }
  }

  @Test
  void connectionsOutliveAChangeAndHaveTheirTimeWhenTheNodeStops() throws Exception {
    try (ServerSocket other = echo();
        Socket client = connect(ports.get(0), "127.0.0.1")) {
      assertThat(say(client, "before")).isEqualTo("before");
      TextFile.replace(directory.resolve("routes.yml"), ROUTES.formatted(other.getLocalPort()));
      echo.close();
      Eventually.holds("the change", LIMIT, () -> isServed(ports.get(0), "127.0.0.1"));
      assertThat(say(client, "after")).isEqualTo("after");

      nodes.getFirst().terminate();
      Eventually.holds("the node stops", LIMIT, () -> !Ports.listens(ports.get(0)));
      assertThat(say(client, "still")).isEqualTo("still");
      long began = System.nanoTime();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
      assertThat(nodes.getFirst().exitCode()).isZero();
    }
  }

  @Test
  void whatWasRefusedIsNamedInTheLogAndOnceForAllConnections() throws Exception {
    echo.close();
    for (int i = 0; i < 20; i++) {
      assertThat(isServed(ports.get(0), "127.0.0.1")).isFalse();
    }
    assertThat(nodes.getFirst().log().lines())
        .filteredOn(line -> line.contains("no connection to 127.0.0.1:"))
        .hasSizeBetween(1, 2);
  }
}
