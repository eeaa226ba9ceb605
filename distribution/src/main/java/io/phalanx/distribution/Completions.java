package io.phalanx.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What shells complete, from the commands themselves, and where each shell looks for it. */
final class Completions {
  private Completions() {}

  static void write(Path share) throws IOException {
    List<CommandTree> all = CommandTree.all();
    write(
        share.resolve("bash-completion/completions/phalanx"),
        AutoComplete.bash("phalanx", all.getFirst().spec().commandLine()));
    write(share.resolve("zsh/site-functions/_phalanx"), zsh(all));
    write(share.resolve("fish/vendor_completions.d/phalanx.fish"), fish(all));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  private static String zsh(List<CommandTree> all) {
    var text = new StringBuilder("#compdef phalanx\n# Made by the build.\n\n");
    text.append("local command=phalanx word\nlocal -a commands options\n");
    text.append("for word in \"${(@)words[2,CURRENT-1]}\"; do\n  case \"$command $word\" in\n");
    text.append("  ");
    text.append(
        all.stream()
            .skip(1)
            .map(command -> '"' + command.name() + '"')
            .collect(Collectors.joining("|")));
    text.append(") command=\"$command $word\" ;;\n  esac\ndone\ncase $command in\n");
    for (CommandTree command : all) {
      text.append('"').append(command.name()).append("\")\n");
      text.append("  commands=(");
      command.commands().forEach(below -> text.append(zsh(below.name(), descriptionOf(below))));
      text.append(" )\n  options=(");
      for (OptionSpec option : command.options()) {
        for (String name : option.names()) {
          text.append(zsh(name, CommandTree.description(option)));
        }
      }
      text.append(" )\n  ;;\n");
    }
    return text.append("esac\n")
        .append("if [[ $PREFIX == -* ]]; then\n  _describe -o option options\n")
        .append("elif (( $#commands )); then\n  _describe command commands\n")
        .append("else\n  _files\nfi\n")
        .toString();
  }

  private static String zsh(String name, String description) {
    return " " + quoted(name.replace(":", "\\:") + ':' + description);
  }

  private static String fish(List<CommandTree> all) {
    var text = new StringBuilder("# Made by the build.\n");
    for (CommandTree command : all) {
      String here = fishCondition(command);
      for (CommandSpec below : command.commands()) {
        text.append("complete -c phalanx -f -n ").append(here).append(" -a ").append(below.name());
        text.append(" -d ").append(fishQuoted(descriptionOf(below))).append('\n');
      }
      for (OptionSpec option : command.options()) {
        text.append("complete -c phalanx -n ").append(here);
        Stream.of(option.names())
            .map(
                name ->
                    name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.charAt(1))
            .forEach(text::append);
        text.append(option.arity().max() > 0 ? " -r" : "");
        text.append(" -d ").append(fishQuoted(CommandTree.description(option))).append('\n');
      }
    }
    return text.toString();
  }

  /** All words of the command are there, and none of what can be below it. */
  private static String fishCondition(CommandTree command) {
    Stream<String> there =
        command.path().stream().skip(1).map(word -> "__fish_seen_subcommand_from " + word);
    String below =
        command.commands().stream().map(CommandSpec::name).collect(Collectors.joining(" "));
    Stream<String> notThere =
        below.isEmpty() ? Stream.empty() : Stream.of("not __fish_seen_subcommand_from " + below);
    return quoted(Stream.concat(there, notThere).collect(Collectors.joining("; and ")));
  }

  private static String descriptionOf(CommandSpec spec) {
    return new CommandTree(List.of(), spec).description();
  }

  private static String quoted(String text) {
    return '\'' + text.replace("'", "'\\''") + '\'';
  }

  private static String fishQuoted(String text) {
    return '\'' + text.replace("\\", "\\\\").replace("'", "\\'") + '\'';
  }
}
