package io.phalanx.node.command;

import io.phalanx.cluster.key.FleetKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code phalanx fleet}. */
@Command(
    name = "fleet",
    description = "What members of a fleet need.",
    mixinStandardHelpOptions = true)
public final class FleetCommand {
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
      Output.of(spec).println(key.text());
      return 0;
    }
    try {
      key.write(file);
      Output.of(spec).println("A new fleet key is in " + file + ". Give it to every member.");
      return 0;
    } catch (FileAlreadyExistsException _) {
      Output.errors(spec).println(file + " is there already and may be a key in use; it stays.");
    } catch (NoSuchFileException _) {
      Output.errors(spec).println("there is no directory for " + file);
    } catch (IOException e) {
      Output.errors(spec).println(file + " cannot be written: " + e.getMessage());
    }
    return 1;
  }
}
