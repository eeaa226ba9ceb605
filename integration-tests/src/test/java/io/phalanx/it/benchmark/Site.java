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

  /**
   * How the configuration of every nginx begins.
   *
   * @param name of the instance, for what it writes
   * @param http what is in its one block for HTTP
   */
  Path writeNginx(String name, String http) throws IOException {
    return write(
        name + ".conf",
        """
        worker_processes 1;
        %3$s
        daemon off;
        pid %1$s/%2$s.pid;
        error_log %1$s/%2$s.error.log;
        events { worker_connections 8192; }
        http {
          client_body_temp_path %1$s/%2$s.body;
          proxy_temp_path %1$s/%2$s.proxy;
          fastcgi_temp_path %1$s/%2$s.fastcgi;
          uwsgi_temp_path %1$s/%2$s.uwsgi;
          scgi_temp_path %1$s/%2$s.scgi;
          keepalive_requests 1000000000;
        %4$s}
        """
            .formatted(directory, name, nginxUser(), http.indent(2)));
  }

  /** An nginx that is started by root would have workers that may not read the directory. */
  private static String nginxUser() {
    return System.getProperty("user.name").equals("root") ? "user root;" : "";
  }

  Path file(String name) {
    return directory.resolve(name);
  }
}
