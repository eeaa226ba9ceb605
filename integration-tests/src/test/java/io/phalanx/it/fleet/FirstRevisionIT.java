package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that joins before whoever founded the fleet has said what it serves. */
class FirstRevisionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void aNodeThatComesEarlyDoesNotMakeItsOwnSettingsTheFleets() throws Exception {
    var fleet = new FleetLayout(directory, 2);
    Path key = directory.resolve("fleet.key");
    FleetKey.generate().write(key);
    // Whoever opens it for writing waits until somebody reads.
    Path log = directory.resolve("access.log");
    assertThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor()).isZero();
    try (NodeProcess founder = fleet.start(0, true, key, List.of("--accessLog.filePath=" + log));
        Client client = new Client()) {
      Eventually.holds(
          "it has founded", LIMIT, () -> founder.log().contains("started by this node"));
      try (NodeProcess early = fleet.start(1, false, key, List.of())) {
        Eventually.holds(
            "it waits", LIMIT, () -> early.log().contains("waits for the first revision"));
        assertThatIOException().isThrownBy(() -> client.get(fleet.port(1), "/"));

        Process reader = new ProcessBuilder("cat", log.toString()).start();
        try {
          Eventually.holds("its ports are open", LIMIT, () -> early.log().contains("listens on"));
          assertThat(client.get(fleet.port(1), "/").statusCode()).isEqualTo(404);
          assertThat(fleet.ask(1, "config history")).contains(fleet.name(0));
        } finally {
          reader.destroy();
        }
      }
    }
  }
}
