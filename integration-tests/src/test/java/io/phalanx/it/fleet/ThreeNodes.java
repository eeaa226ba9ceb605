package io.phalanx.it.fleet;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A fleet of three nodes as processes, whose routes are read from one file. */
final class ThreeNodes implements AutoCloseable {
  private static final int NODES = 3;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final List<NodeProcess> nodes = new ArrayList<>();
  private final FleetLayout layout;

  private ThreeNodes(FleetLayout layout) {
    this.layout = layout;
  }

  /**
   * @param routes the file; {@code /ready} has to be answered with {@code ready}
   */
  static ThreeNodes start(Path directory, String routes, Client client) throws Exception {
    var fleet = new ThreeNodes(new FleetLayout(directory, NODES));
    Path file = Files.writeString(directory.resolve("routes.yml"), routes);
    Path key = keyFile(directory);
    try {
      for (int i = 0; i < NODES; i++) {
        fleet.nodes.add(
            fleet.layout.start(i, i == 0, key, List.of("--providers.file.filename=" + file)));
        client.await(fleet.port(i), "/ready", "ready", START_LIMIT);
      }
    } catch (Exception | Error e) {
      fleet.close();
      throw e;
    }
    return fleet;
  }

  private static Path keyFile(Path directory) throws IOException {
    Path file = directory.resolve("fleet.key");
    FleetKey.generate().write(file);
    return file;
  }

  int port(int node) {
    return layout.port(node);
  }

  String log(int node) {
    return nodes.get(node).log();
  }

  @Override
  public void close() {
    nodes.forEach(NodeProcess::close);
  }
}
