package io.phalanx.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page phalanx(1): the commands from the parser, the rest from here (man(7)). */
final class ManPage {
  private static final String END =
      """
      .SH ENVIRONMENT
      .TP
      .B PHALANX_JAVA_OPTS
      Further options of the Java virtual machine, separated by spaces.
      .TP
      .BR PHALANX_... ", " TRAEFIK_...
      Static options, as Traefik spells them: PHALANX_ENTRYPOINTS_WEB_ADDRESS is entryPoints.web.address.
      .SH FILES
      .TP
      .I share/examples
      Configurations to begin with.
      .TP
      .I lib/node.options
      Options of the Java virtual machine of nodes.
      .SH EXIT STATUS
      .TP
      .B 0
      What was asked for was done.
      .TP
      .B 1
      It failed.
      .TP
      .B 2
      The configuration or the command line has mistakes, which were told. Trying again changes nothing.
      .TP
      .BR 65 ", " 73 ", " 76 ", " 77 ", " 78
      A node cannot start, and trying again changes nothing: its disk is damaged, a file cannot be written or read, the fleet refuses it, it may not
      listen there, its configuration has mistakes.
      .TP
      .BR 69 ", " 70 ", " 75
      A node cannot start now: the fleet is not reached, a mistake of Phalanx, somebody else has its port or data directory.
      .TP
      .B 143
      A node was ended by a second SIGTERM.
      .SH SIGNALS
      .TP
      .B SIGTERM
      A node stops: it ends the requests that it has.
      .TP
      .B SIGHUP
      A node reads its files again.
      """;

  private final StringBuilder text = new StringBuilder();

  private ManPage() {}

  static void write(Path file, String version, Instant time) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, new ManPage().of(version, time));
  }

  private String of(String version, Instant time) {
    List<CommandTree> all = CommandTree.all();
    CommandTree program = all.getFirst();
    String day = time.toString().substring(0, 10);
    text.append(".TH PHALANX 1 ").append(day).append(" \"Phalanx ").append(version);
    text.append("\"\n.SH NAME\nphalanx \\- ").append(lowered(program.description()));
    text.append("\n.SH SYNOPSIS\n.B phalanx\n.RI [ COMMAND ] \" \" [ OPTION ...]\n");
    text.append(".SH DESCRIPTION\n").append(escaped(program.description())).append('\n');
    for (String line : program.spec().usageMessage().footer()) {
      text.append(line.isEmpty() ? ".PP" : escaped(line)).append('\n');
    }
    options(program);
    text.append(".SH COMMANDS\n");
    all.stream().skip(1).forEach(this::command);
    return text.append(END).toString();
  }

  private void command(CommandTree command) {
    text.append(".SS ").append(escaped(command.name()));
    for (PositionalParamSpec parameter : command.spec().positionalParameters()) {
      text.append(' ').append(escaped(parameter.paramLabel()));
      text.append(parameter.arity().max() > 1 ? "..." : "");
    }
    text.append('\n').append(escaped(command.description())).append('\n');
    options(command);
  }

  private void options(CommandTree command) {
    for (OptionSpec option : command.options()) {
      text.append(".TP\n.B ").append(escaped(String.join(", ", option.names())));
      if (option.arity().max() > 0) {
        text.append(' ').append(escaped(option.paramLabel()));
      }
      text.append('\n').append(escaped(CommandTree.description(option))).append('\n');
    }
  }

  private static String lowered(String description) {
    return escaped(Character.toLowerCase(description.charAt(0)) + description.substring(1))
        .replaceAll("\\.$", "");
  }

  private static String escaped(String plain) {
    String escaped = plain.replace("\\", "\\e").replace("-", "\\-");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
