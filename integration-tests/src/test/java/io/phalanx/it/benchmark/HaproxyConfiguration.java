package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Path;

/** HAProxy with one thread. Its log goes to its output, which costs it less than a socket would. */
final class HaproxyConfiguration {
  private HaproxyConfiguration() {}

  /** As it is without being told more. */
  static Path write(Site site, int port, int metricsPort) throws IOException {
    return write(site, "haproxy", "", port, metricsPort);
  }

  /** Told to move bodies of answers from socket to socket within the kernel. */
  static Path writeSplicing(Site site, String name, int port) throws IOException {
    return write(site, name, "option splice-response", port, 0);
  }

  private static Path write(Site site, String name, String option, int port, int metricsPort)
      throws IOException {
    Scenario scenario = site.scenario();
    return site.write(
        name + ".cfg",
        """
        global
          nbthread 1
          maxconn 4096
        defaults
          mode http
          http-reuse always
          timeout connect 5s
          timeout client 60s
          timeout server 60s
          %s
        frontend in
          bind 127.0.0.1:%d%s
          default_backend upstream
          %s
        backend upstream
          %s
          %s
        %s
        """
            .formatted(
                option,
                port,
                bind(site),
                scenario.isRecorded() ? "log stdout format raw local0 info\n  option httplog" : "",
                ForwardingHeader.ofHaproxy(scenario.wire().scheme()),
                servers(site),
                scenario.isRecorded() ? metrics(metricsPort) : ""));
  }

  private static String bind(Site site) {
    return switch (site.scenario().wire()) {
      case HTTP1 -> "";
      case HTTP2 -> " proto h2";
      case HTTP1_TLS, HTTP2_TLS ->
          " ssl crt %s alpn h2,http/1.1 ssl-min-ver %s"
              .formatted(site.tls().bothFile(), Tls.PROTOCOL);
    };
  }

  private static String servers(Site site) {
    var lines = new StringBuilder();
    int number = 1;
    for (String server : site.servers()) {
      lines.append("  server s").append(number++).append(' ').append(server);
      lines.append(site.scenario().isGrpc() ? " proto h2\n" : "\n");
    }
    return lines.toString().strip();
  }

  private static String metrics(int port) {
    return """
    frontend metrics
      bind 127.0.0.1:%d
      http-request use-service prometheus-exporter
    """
        .formatted(port);
  }
}
