package io.phalanx.it.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.DatagramReceiver;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import io.phalanx.node.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node under {@code Type=notify-reload}. */
class NotifyIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final Client client = new Client();
  private int port;
  private Origin origin;
  private DatagramReceiver systemd;

  @BeforeEach
  void open() throws IOException {
    port = Ports.free(1).getFirst();
    origin = Origin.start("origin");
    systemd = new DatagramReceiver(socket());
  }

  @AfterEach
  void close() {
    client.close();
    systemd.close();
    origin.close();
  }

  private String socket() {
    return directory + "/notify";
  }

  private NodeProcess node(Map<String, String> environment, List<String> arguments)
      throws IOException {
    return NodeProcess.startIn(environment, directory.resolve("node"), arguments);
  }

  private List<String> arguments(boolean watch) {
    return List.of(
        "--entryPoints.web.address=127.0.0.1:" + port,
        "--entryPoints.web.transport.lifeCycle.graceTimeOut=60s",
        "--providers.file.watch=" + watch,
        "--providers.file.filename=" + directory.resolve("routes.yml"));
  }

  private void route(String path) throws IOException {
    Files.writeString(
        directory.resolve("routes.yml"),
        """
        http:
          routers: {app: {rule: "Path(`%s`)", service: app}}
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
        """
            .formatted(path, origin.url()));
  }

  @Test
  void systemdLearnsWhenItServesReloadsAndEnds() throws Exception {
    route("/one");
    var environment = Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", "1000000");
    try (NodeProcess node = node(environment, arguments(false))) {
      assertThat(systemd.next()).startsWith("STATUS=starts on its own\nEXTEND_TIMEOUT_USEC=");
      systemd.nextWith("READY=1");
      assertThat(AdminClient.ask(directory.resolve("node/data"), "config history")).isNotEmpty();
      assertThat(client.get(port, "/one").statusCode()).as("at once").isEqualTo(200);
      assertThat(String.join("\n", systemd.received()))
          .contains("STATUS=serves revision")
          .contains("routers 1, members 1");
      for (int i = 0; i < 3; i++) {
        systemd.nextWith("WATCHDOG=1");
      }

      route("/two");
      node.signal("HUP");
      systemd.next(text -> text.startsWith("RELOADING=1\nMONOTONIC_USEC="));
      systemd.nextWith("READY=1");
      Eventually.holds(
          "what was read again is served",
          LIMIT,
          () -> client.get(port, "/two").statusCode() == 200);

      Files.writeString(directory.resolve("routes.yml"), "http: [");
      node.signal("HUP");
      systemd.nextWith("READY=1");
      Eventually.holds("the mistake is named", LIMIT, () -> node.log().contains("routes.yml:1:"));
      assertThat(client.get(port, "/two").statusCode()).as("stays").isEqualTo(200);

      node.terminate();
      systemd.nextWith("STOPPING=1");
      assertThat(systemd.next(text -> text.contains("EXTEND_TIMEOUT_USEC=")))
          .contains("STATUS=drains, in work: 0");
      assertThat(node.exitCode()).isZero();
    }
  }

  @Test
  void aBrokenFileOfTheNodeItselfLeavesWhatItServes() throws Exception {
    Path file = directory.resolve("phalanx.yml");
    String settings =
        "entryPoints: {web: {address: \"127.0.0.1:%d\"}}%nping: {entryPoint: web}%n"
            .formatted(port);
    Files.writeString(file, settings);
    try (NodeProcess node =
        node(Map.of("NOTIFY_SOCKET", socket()), List.of("--configFile=" + file))) {
      systemd.nextWith("READY=1");
      Files.writeString(file, settings + "pign: {}\n");

      node.signal("HUP");
      systemd.next(text -> text.startsWith("RELOADING=1\n"));
      systemd.nextWith("READY=1");

      assertThat(node.log())
          .contains("phalanx.yml:3: pign")
          .contains("what this node is given stays as it was");
      assertThat(client.get(port, "/ping").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void theSecondSignalDoesNotWaitForWhatIsOnItsWay() throws Exception {
    route("/slow");
    try (NodeProcess node = node(Map.of("NOTIFY_SOCKET", socket()), arguments(true))) {
      systemd.nextWith("READY=1");
      origin.holdBack();
      Thread request = Thread.ofVirtual().start(() -> answers("/slow"));
      Eventually.holds("the request is there", LIMIT, () -> origin.requests() == 1);

      node.terminate();
      assertThat(systemd.next(text -> text.contains("STATUS=drains")))
          .contains("in work: 1")
          .contains("EXTEND_TIMEOUT_USEC=");
      assertThat(node.isAlive()).isTrue();

      node.terminate();
      assertThat(node.exitCode()).isEqualTo(143);
      assertThat(node.log()).contains("told to stop once more (SIGTERM): ends at once");
      origin.letGo();
      request.join();
    }
  }

  @Test
  void withoutTheSocketThatItIsToldOfItServes() throws Exception {
    for (String nobody : List.of(directory + "/nobody", "/" + "a".repeat(200))) {
      try (NodeProcess node =
          node(
              Map.of("NOTIFY_SOCKET", nobody),
              List.of("--entryPoints.web.address=127.0.0.1:" + port, "--ping.entryPoint=web"))) {
        Eventually.holds("it answers", LIMIT, () -> answers("/ping"));
        Eventually.holds("it says so", LIMIT, () -> node.log().contains("systemd "));
        node.stop();
      }
    }
  }

  private boolean answers(String path) {
    try {
      return client.get(port, path).statusCode() == 200;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
