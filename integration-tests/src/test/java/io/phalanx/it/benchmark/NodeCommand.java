package io.phalanx.it.benchmark;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a node is started. */
final class NodeCommand {
  private NodeCommand() {}

  /** As the launcher does it. */
  static List<String> asLaunched(Path root, List<String> jvmOptions, List<String> arguments) {
    String classPath =
        Stream.of("node", "secrets", "cluster", "providers")
                .map(module -> root.resolve(module).resolve("target/classes").toString())
                .collect(Collectors.joining(File.pathSeparator))
            + File.pathSeparator
            + root.resolve("node/target/lib")
            + "/*";
    return command(root, classPath, jvmOptions, arguments);
  }

  /** From jars alone: a cache of classes takes no others. */
  static List<String> fromJars(
      Path root, Path nodeJar, List<String> jvmOptions, List<String> arguments) {
    String classPath = nodeJar + File.pathSeparator + root.resolve("node/target/lib") + "/*";
    return command(root, classPath, jvmOptions, arguments);
  }

  private static List<String> command(
      Path root, String classPath, List<String> jvmOptions, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + root.resolve("node/jvm.options"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath, "io.phalanx.node.Main", "run"));
    command.addAll(arguments);
    return command;
  }
}
