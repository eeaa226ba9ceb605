package io.phalanx.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the JVM is started with: a node as from a checkout, a command for a shorter life. */
final class Options {
  private static final String MODULES = "--add-modules ";

  /** Memory, collector and threads of a node, for which a command has others. */
  private static final List<String> OF_NODES = List.of("-XX:", "-Xm", "-Djava.util.concurrent");

  private static final List<String> OF_COMMANDS =
      List.of(
          "# Made by the build from the options of nodes: what a command needs of them.",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseCompactObjectHeaders",
          "-Xmx256m");

  private Options() {}

  static void write(Path ofCheckout, Path lib) throws IOException {
    // The runtime has no modules but those that are needed.
    List<String> lines =
        Files.readAllLines(ofCheckout).stream().filter(line -> !line.startsWith(MODULES)).toList();
    Files.write(lib.resolve("node.options"), lines);
    Stream<String> kept =
        lines.stream()
            .filter(line -> !line.startsWith("#") && OF_NODES.stream().noneMatch(line::startsWith));
    Files.write(lib.resolve("command.options"), Stream.concat(OF_COMMANDS.stream(), kept).toList());
  }
}
