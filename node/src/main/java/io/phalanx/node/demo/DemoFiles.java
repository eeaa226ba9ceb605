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

  private static final String ROUTES =
      """
      # One change here is a change on all nodes. Try it: replace "one" by "two" in the last router, and save.
      http:
        routers:
          everything:
            rule: PathPrefix(`/`)
            priority: 1
            service: both
          limited:
            rule: Path(`/limited`)
            middlewares: [ten-an-hour]
            service: both
          shown:
            rule: Path(`/shown`)
            middlewares: [ten-an-hour-shown]
            service: both
          mine:
            rule: PathPrefix(`/mine`)
            service: one
        middlewares:
          ten-an-hour:
            rateLimit: {average: 1, period: 1h, burst: 10}
          ten-an-hour-shown:
            rateLimit: {average: 1, period: 1h, burst: 10}
        services:
          both:
            loadBalancer:
              servers: [{url: "%1$s"}, {url: "%2$s"}]
          one:
            loadBalancer:
              servers: [{url: "%1$s"}]
          two:
            loadBalancer:
              servers: [{url: "%2$s"}]
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
      Files.writeString(files.routes(), ROUTES.formatted(one.url(), two.url()));
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
