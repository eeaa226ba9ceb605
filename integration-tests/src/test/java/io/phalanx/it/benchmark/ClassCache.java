package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A cache of a node's classes (JEP 514), made by a node that founds a fleet, has some load and
 * stops.
 */
record ClassCache(Path nodeJar, Path file) {
  private static final Duration ASSEMBLY_LIMIT = Duration.ofMinutes(3);
  private static final int LOAD_SECONDS = 5;

  static ClassCache make(Workbench workbench, DemoFleet demo, Path folder) throws IOException {
    var cache = new ClassCache(nodeJar(workbench.root()), folder.resolve("classes.aot"));
    int port = Ports.free(1).getFirst();
    Process node =
        workbench
            .processes()
            .startAnywhere(
                folder.resolve("cache.log"),
                NodeCommand.fromJars(
                    workbench.root(),
                    cache.nodeJar,
                    List.of("-XX:AOTCacheOutput=" + cache.file),
                    demo.member(0, port, folder.resolve("cache.data"))));
    FirstAnswer.await("the node for the cache", node, port);
    workbench
        .processes()
        .run(
            Workbench.OTHER_CORE,
            List.of(
                workbench.programs().path("wrk"),
                "-t1",
                "-c16",
                "-d" + LOAD_SECONDS + "s",
                Wire.HTTP1.url(port, "/")));
    workbench.processes().end(node, ASSEMBLY_LIMIT);
    if (!Files.exists(cache.file)) {
      throw new IOException("no cache of classes was made");
    }
    return cache;
  }

  private static Path nodeJar(Path root) throws IOException {
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(root.resolve("node/target"), "phalanx-node-*.jar")) {
      for (Path jar : jars) {
        return jar;
      }
    }
    throw new IOException("no jar of the node; the benchmark's command builds it");
  }

  /** Of a node that ends at once if it cannot use the cache. */
  List<String> command(Path root, List<String> arguments) {
    return NodeCommand.fromJars(
        root, nodeJar, List.of("-XX:AOTMode=on", "-XX:AOTCache=" + file), arguments);
  }
}
