package io.phalanx.node;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phalanx config}: what a running node and its fleet are configured with. */
@Command(
    name = "config",
    description = "Shows and rolls back the configuration of a running node's fleet.",
    mixinStandardHelpOptions = true)
final class ConfigCommand {
  @Spec private @Nullable CommandSpec spec;

  /** Prints JSON, with secrets masked. */
  @Command(
      name = "show",
      description =
          "Settings, revision, snapshots and what was left out, as JSON; secrets are masked.",
      mixinStandardHelpOptions = true)
  int show(@Mixin RunningNode node) throws IOException, NodeStarter.RefusedException {
    return node.ask("config", "show");
  }

  /** Lists revisions. */
  @Command(
      name = "history",
      description = "The last 50 revisions, newest last: number, time, author.",
      mixinStandardHelpOptions = true)
  int history(@Mixin RunningNode node) throws IOException, NodeStarter.RefusedException {
    return node.ask("config", "history");
  }

  /** Prints what differs, with secrets masked. */
  @Command(
      name = "diff",
      description =
          "What changed from one revision to another, or to the one that is active; secrets are"
              + " masked, so that a change of one alone is not shown.",
      mixinStandardHelpOptions = true)
  int diff(
      @Mixin RunningNode node,
      @Parameters(paramLabel = "FROM", description = "Number of a revision.") long from,
      @Parameters(paramLabel = "TO", arity = "0..1", description = "Number of a later one.")
          @Nullable Long to)
      throws IOException, NodeStarter.RefusedException {
    return to == null
        ? node.ask("config", "diff", Long.toString(from))
        : node.ask("config", "diff", Long.toString(from), Long.toString(to));
  }

  /** Goes back. */
  @Command(
      name = "rollback",
      description =
          "Has the fleet serve what a revision had, as a new one, and holds providers back until"
              + " `phalanx config resume`.",
      mixinStandardHelpOptions = true)
  int rollback(
      @Mixin RunningNode node,
      @Parameters(paramLabel = "N", description = "Number of a revision.") long to)
      throws IOException, NodeStarter.RefusedException {
    return node.ask("config", "rollback", Long.toString(to));
  }

  /** Lets providers go on. */
  @Command(
      name = "resume",
      description = "Has providers publish what they read again, after a rollback.",
      mixinStandardHelpOptions = true)
  int resume(@Mixin RunningNode node) throws IOException, NodeStarter.RefusedException {
    return node.ask("config", "resume");
  }

  /** Changes what is not dynamic. */
  @Command(
      name = "apply",
      description = {
        "Has the fleet serve the static settings of a file, as a new revision, from now on and"
            + " without a restart.",
        "Every member tries them first; if one cannot serve them nothing changes. `fleet`,"
            + " `dataDir` and `log.filePath` are each node's own and left aside; an address that a"
            + " node was given itself stays."
      },
      mixinStandardHelpOptions = true)
  int apply(
      @Mixin RunningNode node,
      @Parameters(paramLabel = "FILE", description = "All of the fleet's static settings.")
          Path file)
      throws IOException, NodeStarter.RefusedException {
    String word;
    try {
      word = SettingsWord.read(file);
    } catch (NodeStarter.RefusedException e) {
      PrintWriter errors = Objects.requireNonNull(spec).commandLine().getErr();
      e.problems().forEach(errors::println);
      errors.println("Nothing was changed: " + e.getMessage() + ".");
      return Run.EXIT_CONFIGURATION;
    }
    return node.ask("config", "apply", word);
  }
}
