package io.phalanx.node;

import io.phalanx.node.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code phalanx config}: what a running node is configured with. */
@Command(
    name = "config",
    description = "Shows the configuration of a running node.",
    mixinStandardHelpOptions = true)
final class ConfigCommand {
  @Spec private @Nullable CommandSpec spec;

  /** Prints JSON, with secrets masked. */
  @Command(
      name = "show",
      description =
          "Settings, revision, snapshots and what was left out, as JSON; secrets are masked.",
      mixinStandardHelpOptions = true)
  int show(
      @Option(
              names = "--dataDir",
              description = "Data directory of the node; default: the usual one.")
          @Nullable Path dataDirectory,
      @Option(names = "--json", description = "JSON, which it is anyway.") boolean json)
      throws IOException, NodeStarter.RefusedException {
    var starter = new NodeStarter(System.getenv(), Path.of("").toAbsolutePath());
    Path directory =
        dataDirectory != null
            ? dataDirectory
            : starter.dataDirectory(starter.settings(List.of()).settings());
    Objects.requireNonNull(spec)
        .commandLine()
        .getOut()
        .println(AdminClient.ask(directory, "config show"));
    return 0;
  }
}
