package io.phalanx.node;

import io.phalanx.node.command.DemoCommand;
import io.phalanx.node.command.VersionCommand;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. The build asks it for the manual page and for the completions of shells. */
@Command(
    name = "phalanx",
    description = "An edge proxy whose unit is the fleet.",
    mixinStandardHelpOptions = true,
    versionProvider = Commands.VersionText.class,
    footer = {"", "Flags alone mean run: phalanx --configFile=phalanx.yml"})
public final class Commands {
  private Commands() {}

  /** What {@code --version} prints. */
  static final class VersionText implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Phalanx " + io.phalanx.node.command.Version.current().phalanx()};
    }
  }

  static int execute(List<String> given) {
    var program = program();
    program.setExecutionExceptionHandler(
        (failure, command, _) -> {
          command
              .getErr()
              .println("phalanx " + command.getCommandName() + ": " + failure.getMessage());
          return Run.EXIT_FAILURE;
        });
    return program.execute(given.toArray(new String[0]));
  }

  /** All commands with their options. */
  public static CommandLine program() {
    var program =
        new CommandLine(new Commands())
            .addSubcommand(new RunCommand())
            .addSubcommand(new CheckCommand())
            .addSubcommand(new ConfigCommand())
            .addSubcommand(new FleetCommand())
            .addSubcommand(new CertCommand())
            .addSubcommand(new HealthcheckCommand())
            .addSubcommand(new VersionCommand())
            .addSubcommand(new DemoCommand());
    program.setExpandAtFiles(false);
    Objects.requireNonNull(program.getSubcommands().get("healthcheck"))
        .setUnmatchedOptionsArePositionalParams(true);
    return program;
  }
}
