package io.phalanx.distribution;

import io.phalanx.node.Commands;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** One command with what the parser knows of it. */
record CommandTree(List<String> path, CommandSpec spec) {
  CommandTree {
    path = List.copyOf(path);
  }

  /** The program and all commands below it, each before its own. */
  static List<CommandTree> all() {
    var all = new ArrayList<CommandTree>();
    add(List.of(), Commands.program().getCommandSpec(), all);
    return all;
  }

  private static void add(List<String> above, CommandSpec spec, List<CommandTree> all) {
    var path = new ArrayList<>(above);
    path.add(spec.name());
    all.add(new CommandTree(path, spec));
    spec.subcommands().values().forEach(below -> add(path, below.getCommandSpec(), all));
  }

  String name() {
    return String.join(" ", path);
  }

  String description() {
    return String.join(" ", spec.usageMessage().description()).replace("%n", " ");
  }

  List<CommandSpec> commands() {
    return spec.subcommands().values().stream().map(below -> below.getCommandSpec()).toList();
  }

  List<OptionSpec> options() {
    return spec.options().stream().filter(option -> !option.hidden()).toList();
  }

  static String description(OptionSpec option) {
    return String.join(" ", option.description())
        .replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue()));
  }
}
