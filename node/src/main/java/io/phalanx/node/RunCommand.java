package io.phalanx.node;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phalanx run} for the parser, which shows it among the others; {@link Main} needs none. */
@Command(
    name = "run",
    description =
        "Runs a node. Takes Traefik's flags (--entryPoints.web.address=:80,"
            + " --providers.file.directory=..., --configFile=...) and --fleet.* and --dataDir;"
            + " docs/configuration.md has them all.")
final class RunCommand implements Callable<Integer> {
  static final int EXIT_FAILURE = 1;
  static final int EXIT_CONFIGURATION = 2;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(hidden = true)
  private List<String> arguments = List.of();

  @Override
  public Integer call() throws InterruptedException {
    return new Run(
            System.getenv(),
            Objects.requireNonNull(spec).commandLine().getErr(),
            new CountDownLatch(1))
        .serve(arguments);
  }
}
