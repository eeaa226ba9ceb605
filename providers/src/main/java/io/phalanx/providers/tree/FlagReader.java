package io.phalanx.providers.tree;

import java.util.List;

/**
 * Command line flags as Traefik takes them: one or two dashes, {@code --a.b.c=value} or {@code
 * --a.b.c value}, a flag without value is {@code true}, a flag that comes again appends to its
 * list, {@code a[0].b} is a key of a list's element, {@code --} ends. A value that begins with a
 * dash and is not a number needs the form with {@code =}.
 */
public final class FlagReader {
  private FlagReader() {}

  public static Parsed read(List<String> arguments) {
    var mistakes = new Mistakes();
    var whole = new Place("command line", 0);
    var builder = new TreeBuilder(whole, mistakes);
    int at = 0;
    while (at < arguments.size() && !arguments.get(at).equals("--")) {
      String argument = arguments.get(at++);
      String flag = withoutDashes(argument);
      if (flag.isEmpty() || flag.startsWith("-") || flag.startsWith("=")) {
        mistakes.add(
            whole.problem(
                "", "\"" + argument + "\" is not a flag such as --ping or --log.level=DEBUG"));
        continue;
      }
      int equals = flag.indexOf('=');
      String path = equals < 0 ? flag : flag.substring(0, equals);
      String value = equals < 0 ? "true" : flag.substring(equals + 1);
      if (equals < 0 && at < arguments.size() && isValue(arguments.get(at))) {
        value = arguments.get(at++);
      }
      builder.put(List.of(path.split("\\.", -1)), value, new Place("--" + path, 0));
    }
    return builder.build();
  }

  private static String withoutDashes(String argument) {
    return argument.startsWith("--")
        ? argument.substring(2)
        : argument.startsWith("-") ? argument.substring(1) : "";
  }

  private static boolean isValue(String argument) {
    return !argument.startsWith("-")
        || (argument.length() > 1 && Character.isDigit(argument.charAt(1)));
  }
}
