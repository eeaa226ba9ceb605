package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Command line flags as Traefik takes them: one or two dashes, {@code --a.b.c=value} or {@code
 * --a.b.c value}, a flag without value is {@code true}, a flag that comes again appends to its
 * list, {@code a[0].b} is a key of a list's element, {@code --} ends.
 */
public final class FlagReader {
  private FlagReader() {}

  public static Parsed read(List<String> arguments) {
    var builder = new TreeBuilder();
    var problems = new ArrayList<Problem>();
    int at = 0;
    while (at < arguments.size() && !arguments.get(at).equals("--")) {
      String argument = arguments.get(at++);
      String flag =
          argument.startsWith("--")
              ? argument.substring(2)
              : argument.startsWith("-") ? argument.substring(1) : "";
      if (flag.isEmpty() || flag.startsWith("-") || flag.startsWith("=")) {
        problems.add(
            new Problem(
                "command line",
                0,
                "",
                "\"" + argument + "\" is not a flag such as --ping or --log.level=DEBUG"));
        continue;
      }
      int equals = flag.indexOf('=');
      String path = equals < 0 ? flag : flag.substring(0, equals);
      String value = equals < 0 ? "true" : flag.substring(equals + 1);
      if (equals < 0 && at < arguments.size() && !arguments.get(at).startsWith("-")) {
        value = arguments.get(at++);
      }
      builder.put(List.of(path.split("\\.", -1)), value, new Place("--" + path, 0));
    }
    Parsed parsed = builder.build();
    problems.addAll(parsed.problems());
    return new Parsed(parsed.tree(), problems);
  }
}
