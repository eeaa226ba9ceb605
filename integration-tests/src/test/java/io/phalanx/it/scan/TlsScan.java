package io.phalanx.it.scan;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What testssl.sh says of a node and of nginx, and what of it differs. */
final class TlsScan {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final long SCAN_LIMIT_MINUTES = 10;

  /** From good to bad; what is not here, as INFO and WARN, is no rating. */
  private static final List<String> RATINGS = List.of("LOW", "MEDIUM", "HIGH", "CRITICAL");

  private static final String ROUTES =
      """
      http:
        routers:
          all: {rule: "PathPrefix(`/`)", service: "ping@internal", tls: {}}
          ready: {rule: "Path(`/ready`)", service: "ping@internal"}
      tls:
        stores: {default: {defaultCertificate: {certFile: "%1$s/crt.pem", keyFile: "%1$s/key.pem"}}}
      """;

  private static final String NGINX =
      """
      daemon off;
      pid %1$s/nginx.pid;
      error_log %1$s/nginx.log;
      events {}
      http {
        access_log off;
        server {
          listen 127.0.0.1:%2$d ssl http2;
          ssl_certificate %1$s/crt.pem;
          ssl_certificate_key %1$s/key.pem;
          location / { return 200 "OK"; }
        }
      }
      """;

  private final Path directory;

  private TlsScan(Path directory) {
    this.directory = directory;
  }

  /** One line of a scan. */
  private record Finding(String severity, String text) {
    static final Finding NONE = new Finding("-", "");

    int rating() {
      return RATINGS.indexOf(severity);
    }
  }

  /**
   * @param arguments by whom TLS is done, as {@code tls.engine} has it
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("phalanx-scan");
    boolean worse = new TlsScan(directory).isWorse(arguments[0]);
    System.exit(worse ? 1 : 0);
  }

  private boolean isWorse(String engine) throws Exception {
    List<Integer> ports = Ports.free(2);
    run(
        List.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "90",
            "-subj",
            "/CN=shop.test",
            "-addext",
            "subjectAltName=DNS:shop.test",
            "-keyout",
            directory.resolve("key.pem").toString(),
            "-out",
            directory.resolve("crt.pem").toString()));
    Path routes = Files.writeString(directory.resolve("routes.yml"), ROUTES.formatted(directory));
    Path nginx =
        Files.writeString(
            directory.resolve("nginx.conf"), NGINX.formatted(directory, ports.get(1)));
    Process peer =
        new ProcessBuilder("nginx", "-c", nginx.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("nginx.out").toFile())
            .start();
    try (var client = new Client();
        NodeProcess _ =
            NodeProcess.start(
                directory.resolve("node"),
                List.of(
                    "--entryPoints.web.address=127.0.0.1:" + ports.get(0),
                    "--ping.manualRouting=true",
                    "--tls.engine=" + engine,
                    "--providers.file.filename=" + routes))) {
      client.await(ports.get(0), "/ready", "OK", START_LIMIT);
      return differ(scan("phalanx", ports.get(0)), scan("nginx", ports.get(1)));
    } finally {
      peer.destroy();
      peer.waitFor();
    }
  }

  private Map<String, Finding> scan(String name, int port) throws Exception {
    System.err.println("tls-scan: scanning " + name);
    Path json = directory.resolve(name + ".json");
    run(
        List.of(
            "testssl",
            "--quiet",
            "--color",
            "0",
            "--warnings",
            "off",
            "--jsonfile",
            json.toString(),
            "127.0.0.1:" + port));
    Map<String, Finding> findings = new TreeMap<>();
    for (JsonNode each : JsonMapper.shared().readTree(json.toFile())) {
      findings.put(
          each.path("id").asString(),
          new Finding(each.path("severity").asString(), each.path("finding").asString()));
    }
    if (findings.size() < 100) {
      throw new IOException("the scan of " + name + " ended early: " + json);
    }
    return findings;
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Path log = directory.resolve(command.getFirst() + ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (!process.waitFor(SCAN_LIMIT_MINUTES, TimeUnit.MINUTES)) {
      process.destroy();
      throw new IOException(command.getFirst() + " takes too long: " + log);
    }
  }

  /** Prints what is rated otherwise; whether something is worse than the peer has it. */
  private static boolean differ(Map<String, Finding> own, Map<String, Finding> peer) {
    boolean worse = false;
    System.out.printf("%-28s %-9s %-9s %s%n", "finding", "phalanx", "nginx", "");
    for (Map.Entry<String, Finding> each : own.entrySet()) {
      Finding theirs = peer.getOrDefault(each.getKey(), Finding.NONE);
      boolean isWorse = each.getValue().rating() > theirs.rating();
      worse |= isWorse;
      if (each.getValue().rating() != theirs.rating()) {
        System.out.printf(
            "%-28s %-9s %-9s %s%n",
            each.getKey(),
            each.getValue().severity(),
            theirs.severity(),
            (isWorse ? "WORSE: " : "") + each.getValue().text());
      }
    }
    System.out.printf(
        "%d findings, rated LOW or worse: %d, of nginx %d; %s%n",
        own.size(), rated(own), rated(peer), worse ? "worse than nginx" : "none is worse");
    return worse;
  }

  private static long rated(Map<String, Finding> findings) {
    return findings.values().stream().filter(finding -> finding.rating() >= 0).count();
  }
}
