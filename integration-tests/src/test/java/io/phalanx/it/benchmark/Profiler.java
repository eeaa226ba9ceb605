package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * async-profiler in a node that runs already, by {@code jcmd}. It samples processor time, with the
 * kernel's frames where the machine lets it; else it falls back to timers, without them.
 */
final class Profiler {
  /** So that a sample is counted where it was taken, not at the next safepoint. */
  static final List<String> JVM_OPTIONS =
      List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+DebugNonSafepoints");

  private static final String SETTINGS = "event=cpu,interval=1ms,ann";

  private final Workbench workbench;
  private final Path library;

  Profiler(Workbench workbench, Path library) {
    this.workbench = workbench;
    this.library = library;
  }

  /**
   * @param root of the checkout
   */
  static Path library(Path root) throws Programs.MissingException {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-x64";
    Path library =
        root.resolve("integration-tests/target/async-profiler")
            .resolve(machine)
            .resolve("libasyncProfiler.so");
    if (!Files.isReadable(library)) {
      throw new Programs.MissingException("there is no profiler at " + library);
    }
    return library;
  }

  /** What the node did while the load ran. */
  Profile during(Contestant node, Usage.Load<?> load) throws IOException {
    Path stacks = workbench.file("stacks.txt");
    Files.deleteIfExists(stacks);
    command(node, "start," + SETTINGS);
    try {
      load.run();
    } finally {
      command(node, "stop,file=" + stacks + ",collapsed,ann");
    }
    try (Stream<String> lines = Files.lines(stacks)) {
      return Profile.parse(lines);
    }
  }

  private void command(Contestant node, String command) throws IOException {
    workbench
        .processes()
        .run(
            Workbench.OTHER_CORE,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(node.pid()),
                "JVMTI.agent_load",
                library.toString(),
                '"' + command + '"'));
  }
}
