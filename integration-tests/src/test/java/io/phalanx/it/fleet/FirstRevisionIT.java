package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Until whoever founds a fleet has said what it serves. */
class FirstRevisionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private FleetLayout fleet;
  private Path key;

  @BeforeEach
  void prepare() throws Exception {
    fleet = new FleetLayout(directory, 2);
    key = directory.resolve("fleet.key");
    FleetKey.generate().write(key);
  }

  /** Has founded, and does not come to its first revision before somebody reads the file. */
  private NodeProcess founding(Path accessLog) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", accessLog.toString()).start().waitFor()).isZero();
    NodeProcess founder = fleet.start(0, true, key, List.of("--accessLog.filePath=" + accessLog));
    Eventually.holds("it has founded", LIMIT, () -> founder.log().contains("started by this node"));
    return founder;
  }

  private static void listens(NodeProcess node) throws Exception {
    Eventually.holds(
        "its ports are open\n" + node.log(), LIMIT, () -> node.log().contains("listens on"));
  }

  @Test
  void aNodeThatComesEarlyDoesNotMakeItsOwnSettingsTheFleets() throws Exception {
    Path log = directory.resolve("access.log");
    try (NodeProcess _ = founding(log);
        Client client = new Client()) {
      try (NodeProcess early = fleet.start(1, false, key, List.of())) {
        Eventually.holds(
            "it waits", LIMIT, () -> early.log().contains("waits for the first revision"));
        assertThatIOException().isThrownBy(() -> client.get(fleet.port(1), "/"));

        Process reader = new ProcessBuilder("cat", log.toString()).start();
        try {
          listens(early);
          assertThat(client.get(fleet.port(1), "/").statusCode()).isEqualTo(404);
          assertThat(fleet.ask(1, "config history")).contains(fleet.name(0));
        } finally {
          reader.destroy();
        }
      }
    }
  }

  @Test
  void aFounderThatBreaksOffGoesOnWithoutBootstrap() throws Exception {
    try (NodeProcess founder = founding(directory.resolve("access.log"))) {
      Eventually.holds("it is one", LIMIT, () -> Files.exists(ledger()));
      founder.kill();
    }
    try (NodeProcess again = fleet.start(0, false, key, List.of())) {
      listens(again);
      // The last thing that a node opens.
      Eventually.holds("it takes commands", LIMIT, () -> Files.exists(socket()));
      assertThat(fleet.ask(0, "config history")).contains(fleet.name(0));
    }
  }

  @Test
  void aFoundingThatBreaksOffBeforeTheLedgerIsThereIsDoneAnew() throws Exception {
    String address = fleet.name(0);
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        NodeProcess founder = fleet.start(0, true, key, List.of())) {
      assertThat(founder.exitCode()).isEqualTo(75);
    }
    assertThat(ledger().resolveSibling("member")).exists();
    assertThat(ledger()).doesNotExist();

    // It belongs to no fleet: without leave to found one it only looks for others.
    try (NodeProcess joining = fleet.start(0, false, key, List.of("--fleet.joinTimeout=500ms"))) {
      assertThat(joining.exitCode()).isEqualTo(69);
    }
    try (NodeProcess founder = fleet.start(0, true, key, List.of())) {
      listens(founder);
      assertThat(ledger()).exists();
    }
  }

  private Path socket() {
    return fleet.data(0).resolve("phalanx.sock");
  }

  private Path ledger() {
    return fleet.data(0).resolve("fleet").resolve("ledger");
  }
}
