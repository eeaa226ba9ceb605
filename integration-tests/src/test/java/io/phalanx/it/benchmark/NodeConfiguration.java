package io.phalanx.it.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** A node's files, and Traefik's, which reads the same routes. */
final class NodeConfiguration {
  private NodeConfiguration() {}

  /** Static configuration of a node with {@code routers} routers; one matches every host. */
  static Path write(Site site, String name, int routers, int port, int metricsPort, Path accessLog)
      throws IOException {
    Path routes = site.write(name + ".routes.yml", routes(site, routers));
    return site.write(
        name + ".yml",
        """
        entryPoints: {web: {address: "127.0.0.1:%d"}%s}
        providers: {file: {filename: "%s", watch: false}}
        dataDir: "%s"
        %s
        """
            .formatted(
                port,
                metricsEntryPoint(site, metricsPort),
                routes,
                site.file(name + ".data"),
                site.scenario().isRecorded()
                    ? "accessLog: {filePath: \"%s\"}%nmetrics: {prometheus: {entryPoint: metrics}}"
                        .formatted(accessLog)
                    : ""));
  }

  static Path writeTraefik(Site site, int port, int metricsPort, Path accessLog)
      throws IOException {
    Path routes = site.write("traefik.routes.yml", routes(site, 1));
    return site.write(
        "traefik.yml",
        """
        global: {checkNewVersion: false, sendAnonymousUsage: false}
        entryPoints: {web: {address: "127.0.0.1:%d"}%s}
        providers: {file: {filename: "%s", watch: false}}
        %s
        """
            .formatted(
                port,
                metricsEntryPoint(site, metricsPort),
                routes,
                site.scenario().isRecorded()
                    ? "accessLog: {filePath: \"%s\", bufferingSize: 100}%nmetrics: {prometheus: {entryPoint: metrics}}"
                        .formatted(accessLog)
                    : ""));
  }

  private static String metricsEntryPoint(Site site, int port) {
    return site.scenario().isRecorded()
        ? ", metrics: {address: \"127.0.0.1:%d\"}".formatted(port)
        : "";
  }

  /** Host of the router that is last of {@code routers}. */
  static String lastHost(int routers) {
    return "h" + (routers - 1) + ".test";
  }

  private static String routes(Site site, int routers) {
    boolean tls = site.scenario().wire().isTls();
    String rest = (tls ? ", tls: {}" : "") + ", service: upstream}\n";
    var text = new StringBuilder();
    if (tls) {
      text.append(tls(site.tls()));
    }
    text.append("http:\n  routers:\n");
    if (routers == 1) {
      text.append("    all: {rule: \"PathPrefix(`/`)\", entryPoints: [web]").append(rest);
    } else {
      for (int i = 0; i < routers; i++) {
        text.append(
            "    r%05d: {rule: \"Host(`h%d.test`)\", entryPoints: [web]%s".formatted(i, i, rest));
      }
    }
    String scheme = site.scenario().isGrpc() ? "h2c" : "http";
    String servers =
        site.servers().stream()
            .map(server -> "        - {url: \"%s://%s\"}%n".formatted(scheme, server))
            .collect(Collectors.joining());
    return text.append("  services:\n    upstream:\n      loadBalancer:\n        servers:\n")
        .append(servers)
        .toString();
  }

  private static String tls(Tls tls) {
    return """
    tls:
      stores:
        default: {defaultCertificate: {certFile: "%s", keyFile: "%s"}}
      options:
        default: {minVersion: VersionTLS13}
    """
        .formatted(tls.chainFile(), tls.keyFile());
  }
}
