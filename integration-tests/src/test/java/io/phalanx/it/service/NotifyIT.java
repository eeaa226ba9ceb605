package io.phalanx.it.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.DatagramReceiver;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node under {@code Type=notify-reload}. */
class NotifyIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final Client client = new Client();

  @AfterEach
  void close() {
    client.close();
  }

  private List<String> arguments(int port, boolean watch) {
    return List.of(
        "--entryPoints.web.address=127.0.0.1:" + port,
        "--entryPoints.web.transport.lifeCycle.graceTimeOut=60s",
        "--providers.file.watch=" + watch,
        "--providers.file.filename=" + directory.resolve("routes.yml"));
  }

  private static String routes(String path, Origin origin) {
    return """
    http:
      routers: {app: {rule: "Path(`%s`)", service: app}}
      services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
    """
        .formatted(path, origin.url());
  }

  @Test
  void systemdLearnsWhenItServesReloadsAndEnds() throws Exception {
    int port = Ports.free(1).getFirst();
    String socket = directory + "/notify";
    try (Origin origin = Origin.start("origin");
        var systemd = new DatagramReceiver(socket)) {
      Files.writeString(directory.resolve("routes.yml"), routes("/one", origin));
      var environment = Map.of("NOTIFY_SOCKET", socket, "WATCHDOG_USEC", "1000000");
      try (NodeProcess node =
          NodeProcess.startIn(environment, directory.resolve("node"), arguments(port, false))) {
        assertThat(systemd.next()).startsWith("STATUS=starts on its own\nEXTEND_TIMEOUT_USEC=");
        systemd.nextWith("READY=1");
        assertThat(client.get(port, "/one").statusCode()).as("at once").isEqualTo(200);
        assertThat(String.join("\n", systemd.received()))
            .contains("STATUS=serves revision")
            .contains("routers 1, members 1");
        for (int i = 0; i < 3; i++) {
          systemd.nextWith("WATCHDOG=1");
        }

        Files.writeString(directory.resolve("routes.yml"), routes("/two", origin));
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
  }

  @Test
  void aBrokenFileOfTheNodeItselfLeavesWhatItServes() throws Exception {
    int port = Ports.free(1).getFirst();
    Path file = directory.resolve("phalanx.yml");
    String settings =
        "entryPoints: {web: {address: \"127.0.0.1:%d\"}}%nping: {entryPoint: web}%n"
            .formatted(port);
    Files.writeString(file, settings);
    String socket = directory + "/notify";
    try (var systemd = new DatagramReceiver(socket);
        NodeProcess node =
            NodeProcess.startIn(
                Map.of("NOTIFY_SOCKET", socket),
                directory.resolve("node"),
                List.of("--configFile=" + file))) {
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
    int port = Ports.free(1).getFirst();
    String socket = directory + "/notify";
    try (Origin origin = Origin.start("origin");
        var systemd = new DatagramReceiver(socket)) {
      Files.writeString(directory.resolve("routes.yml"), routes("/slow", origin));
      try (NodeProcess node =
          NodeProcess.startIn(
              Map.of("NOTIFY_SOCKET", socket), directory.resolve("node"), arguments(port, true))) {
        systemd.nextWith("READY=1");
        origin.holdBack();
        Thread request = Thread.ofVirtual().start(() -> answers(port, "/slow"));
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
  }

  @Test
  void withoutTheSocketThatItIsToldOfItServes() throws Exception {
    int port = Ports.free(1).getFirst();
    var environments = new ArrayList<String>(List.of(directory + "/nobody", "/" + "a".repeat(200)));
    for (String socket : environments) {
      try (NodeProcess node =
          NodeProcess.startIn(
              Map.of("NOTIFY_SOCKET", socket),
              directory.resolve("node"),
              List.of("--entryPoints.web.address=127.0.0.1:" + port, "--ping.entryPoint=web"))) {
        Eventually.holds("it answers", LIMIT, () -> answers(port, "/ping"));
        Eventually.holds("it says so", LIMIT, () -> node.log().contains("systemd "));
        node.stop();
      }
    }
  }

  private boolean answers(int port, String path) {
    try {
      return client.get(port, path).statusCode() == 200;
    } catch (java.io.IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
