package io.phalanx.it.grpc;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs the cases of grpc-java's interop client one after another in one process: each is a call of
 * the program's own {@code main}. It runs on the class path of that program, so nothing of ours and
 * no library of the tests is at hand.
 */
final class InteropCases {
  private static final String PROGRAMS = "io.grpc.testing.integration.";

  private InteropCases() {}

  /**
   * @param arguments the file that gets a line for each case ({@code NAME passed} or {@code NAME
   *     REASON}), the cases to leave out with commas between them, and the client's own options
   */
  public static void main(String[] arguments) throws Exception {
    Path results = Path.of(arguments[0]);
    Set<String> leftOut = Set.of(arguments[1].split(","));
    String[] options = Arrays.copyOfRange(arguments, 2, arguments.length);
    for (String name : names()) {
      if (!leftOut.contains(name)) {
        Files.writeString(
            results,
            name + ' ' + outcome(name, options) + '\n',
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      }
    }
    System.exit(0); // Whatever threads the last case left.
  }

  /** All that the program knows. */
  private static List<String> names() throws ReflectiveOperationException {
    Object[] cases = Class.forName(PROGRAMS + "TestCases").getEnumConstants();
    return Stream.of(cases).map(Object::toString).toList();
  }

  private static String outcome(String name, String[] options) throws ReflectiveOperationException {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "--test_case=" + name;
    try {
      Class.forName(PROGRAMS + "TestServiceClient")
          .getMethod("main", String[].class)
          .invoke(null, (Object) all);
      return "passed";
    } catch (InvocationTargetException e) {
      e.printStackTrace();
      return String.valueOf(e.getCause()).replaceAll("\\R", " ");
    }
  }
}
