package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a node is started: by the launcher. */
final class NodeCommand {
  /** Without what the launcher made to start faster. */
  static final List<String> WITHOUT_CACHE = List.of("-XX:AOTMode=off");

  private static final String CACHE = "node/target/phalanx.aot";

  private NodeCommand() {}

  /** Has the launcher build, and make its cache, which it would else do at the first start. */
  static void prepare(Workbench workbench) throws IOException {
    Path cache = workbench.root().resolve(CACHE);
    String said =
        workbench
            .processes()
            .run(List.of(workbench.root().resolve("phalanx").toString(), "version"));
    if (!Files.exists(cache)) {
      throw new IOException("no cache was made at " + cache + ": " + said);
    }
  }

  static List<String> of(Path root, List<String> jvmOptions, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add("env");
    command.add("PHALANX_JAVA_OPTS=" + String.join(" ", jvmOptions));
    command.add(root.resolve("phalanx").toString());
    command.add("run");
    command.addAll(arguments);
    return command;
  }
}
