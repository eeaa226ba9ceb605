package io.phalanx.it.benchmark;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.Ports;
import io.phalanx.node.admin.AdminClient;
import io.phalanx.node.demo.DemoRoutes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The demonstration's configuration, for a node on its own and for a fleet. */
final class DemoFleet {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path folder;
  private final List<Integer> memberPorts;

  /**
   * @param servers two of them, each as {@code address:port}
   */
  DemoFleet(Path folder, List<String> servers) throws IOException {
    this.folder = folder;
    this.memberPorts = Ports.free(3);
    Path routes = Files.createDirectories(folder.resolve("routes"));
    Files.writeString(
        routes.resolve("routes.yml"),
        DemoRoutes.text("http://" + servers.getFirst(), "http://" + servers.getLast()));
    FleetKey.generate().write(folder.resolve("fleet.key"));
  }

  /** Arguments of a node without a fleet. */
  List<String> alone(int port, Path data) {
    return List.of(
        "--entryPoints.web.address=127.0.0.1:" + port,
        "--providers.providersThrottleDuration=100ms",
        "--providers.file.directory=" + folder.resolve("routes"),
        "--dataDir=" + data);
  }

  /**
   * @param member 0 founds the fleet and reads the routes; the others join it
   */
  List<String> member(int member, int port, Path data) {
    Stream<String> own =
        member == 0
            ? Stream.concat(alone(port, data).stream(), Stream.of("--fleet.bootstrap=true"))
            : Stream.of(
                "--entryPoints.web.address=127.0.0.1:" + port,
                "--dataDir=" + data,
                "--fleet.join=" + address(0));
    return Stream.concat(
            own,
            Stream.of(
                "--fleet.bind=" + address(member),
                "--fleet.keyFile=" + folder.resolve("fleet.key")))
        .toList();
  }

  private String address(int member) {
    return "127.0.0.1:" + memberPorts.get(member);
  }

  /**
   * So that the next one that joins is the third again. A node answers requests a moment before it
   * takes commands.
   */
  static void leave(Path data) throws IOException {
    try {
      Eventually.holds("commands are taken at " + data, LIMIT, () -> takesCommands(data));
    } catch (Exception e) {
      throw new IOException("the wait for " + data + " broke off", e);
    }
    AdminClient.ask(data, "fleet leave");
  }

  private static boolean takesCommands(Path data) {
    try {
      AdminClient.ask(data, "fleet status");
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
