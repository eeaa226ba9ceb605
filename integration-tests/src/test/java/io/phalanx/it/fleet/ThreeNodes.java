package io.phalanx.it.fleet;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
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
  private final List<Integer> ports;

  private ThreeNodes(List<Integer> ports) {
    this.ports = ports;
  }

  /**
   * @param routes the file; {@code /ready} has to be answered with {@code ready}
   */
  static ThreeNodes start(Path directory, String routes, Client client) throws Exception {
    List<Integer> all = Ports.free(2 * NODES);
    var fleet = new ThreeNodes(List.copyOf(all.subList(0, NODES)));
    List<Integer> memberPorts = all.subList(NODES, all.size());
    Path file = Files.writeString(directory.resolve("routes.yml"), routes);
    Path key = keyFile(directory);
    try {
      for (int i = 0; i < NODES; i++) {
        Path own = directory.resolve("node-" + i);
        fleet.nodes.add(
            NodeProcess.start(
                own,
                List.of(
                    "--fleet.bind=127.0.0.1:" + memberPorts.get(i),
                    i == 0
                        ? "--fleet.bootstrap=true"
                        : "--fleet.join=127.0.0.1:" + memberPorts.getFirst(),
                    "--fleet.keyFile=" + key,
                    "--entryPoints.web.address=127.0.0.1:" + fleet.port(i),
                    "--providers.file.filename=" + file)));
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
    return ports.get(node);
  }

  String log(int node) {
    return nodes.get(node).log();
  }

  @Override
  public void close() {
    nodes.forEach(NodeProcess::close);
  }
}
