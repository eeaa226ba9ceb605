package io.phalanx.it.acme;

import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.TextFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** A file of routes to one server, by which certificates are wanted. */
final class Routes {
  private final Path file;
  private final Origin origin;
  private final Map<String, String> wanted = new ConcurrentSkipListMap<>();

  Routes(Path file, Origin origin) throws IOException {
    this.file = file;
    this.origin = origin;
    write();
  }

  Path file() {
    return file;
  }

  /**
   * One more name.
   *
   * @param name before {@code .test}
   */
  void want(String resolver, String name) throws IOException {
    wanted.put(name, resolver);
    write();
  }

  /** Some more names at once. */
  void want(String resolver, Iterable<String> names) throws IOException {
    names.forEach(name -> wanted.put(name, resolver));
    write();
  }

  private void write() throws IOException {
    var text = new StringBuilder();
    text.append("http:\n  services: {app: {loadBalancer: {servers: [{url: \"")
        .append(origin.url())
        .append("\"}]}}}\n  routers:\n")
        .append("    always: {rule: \"Host(`always.test`)\", service: app}\n");
    wanted.forEach(
        (name, resolver) ->
            text.append(
                "    %1$s: {rule: \"Host(`%1$s.test`)\", service: app, tls: {certResolver: %2$s}}%n"
                    .formatted(name, resolver)));
    TextFile.replace(file, text.toString());
  }
}
