package io.phalanx.node;

import io.phalanx.node.command.Version;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Where the program begins. Flags alone, as Traefik's users write them, mean {@code run}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(execute(List.of(arguments)));
  }

  static int execute(List<String> arguments) {
    if (arguments.equals(List.of("version"))) {
      // Without the parser, whose classes take longer than the answer.
      System.out.println(Version.current().text());
      return 0;
    }
    var given = new ArrayList<>(arguments);
    boolean ofProgram =
        !given.isEmpty() && List.of("-h", "--help", "-V", "--version").contains(given.getFirst());
    if (given.isEmpty() || (given.getFirst().startsWith("-") && !ofProgram)) {
      given.addFirst("run");
    }
    return given.getFirst().equals("run")
        ? run(given.subList(1, given.size()))
        : Commands.execute(given);
  }

  private static int run(List<String> flags) {
    var errors = new PrintWriter(System.err, true, System.err.charset());
    try {
      return new Run(System.getenv(), errors, new CountDownLatch(1)).serve(flags);
    } catch (InterruptedException | RuntimeException e) {
      errors.println("phalanx run: " + e.getMessage());
      return ExitStatus.SOFTWARE.code();
    }
  }
}
