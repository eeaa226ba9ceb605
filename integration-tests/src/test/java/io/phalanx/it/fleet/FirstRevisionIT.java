package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.FleetSettings.HostPort;
import io.phalanx.cluster.hazelcast.HazelcastFleet;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.providers.tree.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that joins before whoever founded the fleet has said what it serves. */
class FirstRevisionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  @Test
  void aNodeThatComesEarlyDoesNotMakeItsOwnSettingsTheFleets() throws Exception {
    List<Integer> ports = Ports.free(3);
    HostPort founder = HostPort.parse("127.0.0.1:" + ports.get(0));
    FleetKey key = FleetKey.generate();
    key.write(directory.resolve("fleet.key"));
    var settings =
        new FleetSettings(
            "phalanx",
            founder,
            founder,
            List.of(),
            true,
            List.of(key),
            directory.resolve("founder"));
    try (HazelcastFleet fleet = HazelcastFleet.start(settings, InstantSource.system());
        NodeProcess node =
            NodeProcess.start(
                directory.resolve("node"),
                List.of(
                    "--fleet.bind=127.0.0.1:" + ports.get(1),
                    "--fleet.join=127.0.0.1:" + ports.get(0),
                    "--fleet.keyFile=" + directory.resolve("fleet.key"),
                    "--entryPoints.web.address=127.0.0.1:" + ports.get(2)));
        Client client = new Client()) {
      Eventually.holds(
          "it waits", LIMIT, () -> node.log().contains("waits for the first revision"));
      assertThat(fleet.members()).hasSize(2);
      assertThat(fleet.revisions().active()).isEmpty();
      assertThatIOException().isThrownBy(() -> client.get(ports.get(2), "/"));

      fleet
          .revisions()
          .publish(
              Optional.empty(), "founder", RevisionContent.of(Tree.Mapping.EMPTY).encode());

      Eventually.holds("its ports are open", LIMIT, () -> node.log().contains("listens on"));
      assertThat(client.get(ports.get(2), "/").statusCode()).isEqualTo(404);
      assertThat(fleet.revisions().history()).hasSize(1);
    }
  }
}
