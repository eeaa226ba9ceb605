package io.phalanx.node.demo;

import io.phalanx.cluster.key.FleetKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The folder of one demonstration: a fleet key, the first node's configuration and the routes. */
final class DemoFiles implements AutoCloseable {
  private static final String FIRST_NODE =
      """
      entryPoints:
        web:
          address: "127.0.0.1:%d"
      providers:
        providersThrottleDuration: 100ms
        file:
          directory: "%s"
      """;

  private final Path root;

  private DemoFiles(Path root) {
    this.root = root;
  }

  static DemoFiles create(int firstPort, DemoServer one, DemoServer two) {
    try {
      var files = new DemoFiles(Files.createTempDirectory("phalanx-demo-"));
      FleetKey.generate().write(files.keyFile());
      Files.createDirectory(files.routes().getParent());
      Files.writeString(files.routes(), DemoRoutes.text(one.url(), two.url()));
      Files.writeString(
          files.firstNode(), FIRST_NODE.formatted(firstPort, files.routes().getParent()));
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's files cannot be written", e);
    }
  }

  Path keyFile() {
    return root.resolve("fleet.key");
  }

  Path routes() {
    return root.resolve("routes").resolve("routes.yml");
  }

  Path firstNode() {
    return root.resolve("node-1.yml");
  }

  Path dataDirectory(int node) {
    return root.resolve("data-" + node);
  }

  Path log(int node) {
    return root.resolve("node-" + node + ".log");
  }

  @Override
  public void close() {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's folder " + root + " cannot be removed", e);
    }
  }
}
