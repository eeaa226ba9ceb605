package io.phalanx.node;

import io.phalanx.node.command.DemoCommand;
import io.phalanx.node.command.VersionCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Flags alone, as Traefik's users write them, mean {@code run}. */
@Command(
    name = "phalanx",
    description = "An edge proxy whose unit is the fleet.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionText.class,
    footer = {"", "Flags alone mean run: phalanx --configFile=phalanx.yml"})
public final class Main {
  private Main() {}

  /** What {@code --version} prints. */
  static final class VersionText implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Phalanx " + io.phalanx.node.command.Version.current().phalanx()};
    }
  }

  public static void main(String[] arguments) {
    System.exit(execute(List.of(arguments)));
  }

  static int execute(List<String> arguments) {
    var given = new ArrayList<>(arguments);
    boolean ofProgram =
        !given.isEmpty() && List.of("-h", "--help", "-V", "--version").contains(given.getFirst());
    if (given.isEmpty() || (given.getFirst().startsWith("-") && !ofProgram)) {
      given.addFirst("run");
    }
    var program =
        new CommandLine(new Main())
            .addSubcommand(new RunCommand())
            .addSubcommand(new CheckCommand())
            .addSubcommand(new ConfigCommand())
            .addSubcommand(new FleetCommand())
            .addSubcommand(new HealthcheckCommand())
            .addSubcommand(new VersionCommand())
            .addSubcommand(new DemoCommand());
    program.setExpandAtFiles(false);
    for (String name : List.of("run", "healthcheck")) {
      Objects.requireNonNull(program.getSubcommands().get(name))
          .setUnmatchedOptionsArePositionalParams(true);
    }
    program.setExecutionExceptionHandler(
        (failure, command, _) -> {
          command
              .getErr()
              .println("phalanx " + command.getCommandName() + ": " + failure.getMessage());
          return RunCommand.EXIT_FAILURE;
        });
    return program.execute(given.toArray(new String[0]));
  }
}
