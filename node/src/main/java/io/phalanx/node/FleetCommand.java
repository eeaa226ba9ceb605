package io.phalanx.node;

import io.phalanx.cluster.key.FleetKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phalanx fleet}. */
@Command(
    name = "fleet",
    description = "What members of a fleet need, and which they are.",
    mixinStandardHelpOptions = true)
final class FleetCommand {
  @Spec private @Nullable CommandSpec spec;

  /** Makes a key; with a file it is not shown. */
  @Command(
      name = "key",
      description = "Makes a new fleet key: 32 random bytes in Base64, as fleet.keyFile has them.",
      mixinStandardHelpOptions = true)
  int key(
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "Write it to a new file with mode 0600 instead of printing it.")
          @Nullable Path file) {
    FleetKey key = FleetKey.generate();
    if (file == null) {
      out().println(key.text());
      return 0;
    }
    try {
      key.write(file);
      out().println("A new fleet key is in " + file + ". Give it to every member.");
      return 0;
    } catch (FileAlreadyExistsException _) {
      errors().println(file + " is there already and may be a key in use; it stays.");
    } catch (NoSuchFileException _) {
      errors().println("there is no directory for " + file);
    } catch (IOException e) {
      errors().println(file + " cannot be written: " + e.getMessage());
    }
    return 1;
  }

  private PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }

  private PrintWriter errors() {
    return Objects.requireNonNull(spec).commandLine().getErr();
  }

  /** How it stands. */
  @Command(
      name = "status",
      description = "How many members are here, whether they are a majority, and what they serve.",
      mixinStandardHelpOptions = true)
  int status(@Mixin RunningNode node) throws IOException, NodeStarter.RefusedException {
    return node.ask("fleet", "status");
  }

  /** Lists members. */
  @Command(
      name = "members",
      description =
          "All members that belong to the fleet: whether they are here, what they serve, and"
              + " what differs or waits for a restart.",
      mixinStandardHelpOptions = true)
  int members(@Mixin RunningNode node) throws IOException, NodeStarter.RefusedException {
    return node.ask("fleet", "members");
  }

  /** For members that do not come back. */
  @Command(
      name = "forget",
      description =
          "Has a member that is away for good count no more for the fleet's majority, which has to"
              + " be here.",
      mixinStandardHelpOptions = true)
  int forget(
      @Mixin RunningNode node,
      @Parameters(paramLabel = "MEMBER", description = "Its name, as `members` has it.")
          String member)
      throws IOException, NodeStarter.RefusedException {
    return node.ask("fleet", "forget", member);
  }

  /** For good. */
  @Command(
      name = "leave",
      description = "Has this node belong to the fleet no more, and stops it.",
      mixinStandardHelpOptions = true)
  int leave(@Mixin RunningNode node) throws IOException, NodeStarter.RefusedException {
    return node.ask("fleet", "leave");
  }
}
