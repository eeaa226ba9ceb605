package io.phalanx.node;

import io.phalanx.node.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of commands about a running node, and how it is asked. */
final class RunningNode {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(names = "--dataDir", description = "Data directory of the node; default: the usual one.")
  private @Nullable Path dataDirectory;

  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  /**
   * Asks the node, and prints what it answers.
   *
   * @return how the command ends
   * @throws IOException if it does not answer, or could not do that
   */
  int ask(String... words) throws IOException, NodeStarter.RefusedException {
    var all = new ArrayList<>(List.of(words));
    if (json) {
      all.add("--json");
    }
    print(answer(all.toArray(new String[0])));
    return 0;
  }

  /** Whether answers are to be JSON. */
  boolean json() {
    return json;
  }

  void print(String text) {
    Objects.requireNonNull(spec).commandLine().getOut().println(text);
  }

  /**
   * Asks the node.
   *
   * @throws IOException if it does not answer, or could not do that
   */
  String answer(String... words) throws IOException, NodeStarter.RefusedException {
    var starter = new NodeStarter(System.getenv(), Path.of("").toAbsolutePath());
    Path directory =
        dataDirectory != null
            ? dataDirectory
            : starter.dataDirectory(starter.settings(List.of()).settings());
    return AdminClient.ask(directory, String.join(" ", words));
  }
}
