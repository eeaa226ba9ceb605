package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What every proxy of a scenario is configured for.
 *
 * @param directory for configurations, logs and data
 * @param servers of the one service, each as {@code address:port}
 */
record Site(Path directory, Scenario scenario, List<String> servers, Tls tls) {
  Site {
    servers = List.copyOf(servers);
  }

  Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /** An nginx that is started by root would have workers that may not read the directory. */
  static String nginxUser() {
    return System.getProperty("user.name").equals("root") ? "user root;" : "";
  }

  Path file(String name) {
    return directory.resolve(name);
  }
}
