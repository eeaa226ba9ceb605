package io.phalanx.it.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The programs of others that a run needs. Nothing is installed: what is missing is named. */
final class Programs {
  private record Needed(String name, String debianPackage) {}

  private static final List<Needed> NEEDED =
      List.of(
          new Needed("haproxy", "haproxy"),
          new Needed("nginx", "nginx-light"),
          new Needed("wrk", "wrk"),
          new Needed("h2load", "nghttp2-client"),
          new Needed("curl", "curl"),
          new Needed("taskset", "util-linux"));

  /** Where Debian has servers, which a user's own PATH often leaves out. */
  private static final String SERVERS = "/usr/local/sbin:/usr/sbin:/sbin";

  private final Map<String, Path> found = new HashMap<>();

  private Programs() {}

  /** A run cannot be made on this machine; the message says what to do about it. */
  static final class MissingException extends Exception {
    MissingException(String message) {
      super(message);
    }
  }

  /**
   * @param searchPath directories, with colons between them
   */
  static Programs find(String searchPath) throws MissingException {
    var programs = new Programs();
    var missing = new ArrayList<String>();
    for (Needed needed : NEEDED) {
      locate(needed.name(), searchPath + ':' + SERVERS)
          .ifPresentOrElse(
              path -> programs.found.put(needed.name(), path),
              () -> missing.add(needed.debianPackage()));
    }
    if (!missing.isEmpty()) {
      throw new MissingException(
          "programs are missing; on Debian: apt-get install " + String.join(" ", missing));
    }
    return programs;
  }

  private static Optional<Path> locate(String name, String searchPath) {
    return Stream.of(searchPath.split(":"))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  String path(String name) {
    Path path = found.get(name);
    if (path == null) {
      throw new IllegalArgumentException("not a program of the benchmark: " + name);
    }
    return path.toString();
  }

  /** First line of what a program says about its version; empty if it says nothing. */
  static String version(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return output.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
