package io.phalanx.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Folders of a run, which are gone when it is over. */
final class Folders {
  private static final int SHOWN_LINES = 20;

  private Folders() {}

  /** What processes logged, or the beginning of it: for a run that failed. */
  static void showLogs(Path folder, PrintStream to) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).sorted().toList()) {
        try (Stream<String> lines = Files.lines(log)) {
          lines
              .limit(SHOWN_LINES)
              .forEach(line -> to.println(folder.relativize(log) + ": " + line));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      to.println("no logs: " + e.getMessage());
    }
  }

  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException _) {
      // What is left of a temporary directory is the system's to clear.
    }
  }
}
