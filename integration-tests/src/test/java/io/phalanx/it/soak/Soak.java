package io.phalanx.it.soak;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Mixed traffic with errors, resets and slow peers, after which a node has the buffers, connections
 * and descriptors that it began with. The figures to begin with are those after a first part of the
 * traffic, when classes are loaded and threads started.
 */
final class Soak {
  private static final Duration SETTLING = Duration.ofSeconds(60);

  /** What the heap may grow by: caches of names and sessions, which are bounded. */
  private static final long HEAP_SLACK = 8 << 20;

  /** Characters of a log. */
  private static final int TOLD = 1 << 16;

  private static final String ROUTES =
      """
      http:
        routers:
          app: {rule: "PathPrefix(`/`)", service: app}
          silent: {rule: "PathPrefix(`/silent`)", service: silent}
          silent-tls: {rule: "PathPrefix(`/silent`)", service: silent, tls: {}}
          app-tls: {rule: "PathPrefix(`/`)", service: app, tls: {}}
          h2c: {rule: "PathPrefix(`/h2c/`)", service: h2c, middlewares: [strip]}
          h2c-tls: {rule: "PathPrefix(`/h2c/`)", service: h2c, middlewares: [strip], tls: {}}
          tls: {rule: "PathPrefix(`/tls/`)", service: tls, middlewares: [strip]}
          tls-tls: {rule: "PathPrefix(`/tls/`)", service: tls, middlewares: [strip], tls: {}}
        middlewares:
          strip: {stripPrefix: {prefixes: ["/h2c", "/tls"]}}
        services:
          app: {loadBalancer: {servers: [{url: "%1$s"}]}}
          silent: {loadBalancer: {servers: [{url: "%1$s"}], serversTransport: impatient}}
          h2c: {loadBalancer: {servers: [{url: "h2c://127.0.0.1:%2$d"}]}}
          tls: {loadBalancer: {servers: [{url: "https://127.0.0.1:%2$d"}], serversTransport: trusting}}
        serversTransports:
          impatient: {forwardingTimeouts: {responseHeaderTimeout: 2s}}
          trusting: {insecureSkipVerify: true}
      """;

  private final Path directory;
  private final Duration duration;
  private final List<String> options;

  /**
   * @param duration of the traffic between the figures
   * @param options of the node, beside what it needs
   */
  Soak(Path directory, Duration duration, List<String> options) {
    this.directory = directory;
    this.duration = duration;
    this.options = List.copyOf(options);
  }

  /** What was measured, and what is wrong with it. */
  record Result(Figures start, Figures end, List<String> faults, String report) {}

  Result run() throws IOException, InterruptedException {
    List<Integer> ports = Ports.free(2);
    Path routes = directory.resolve("routes.yml");
    Files.writeString(routes, "http: {}\n");
    try (RoughServer server = RoughServer.start("ok");
        NodeProcess node = NodeProcess.start(directory.resolve("node"), arguments(ports, routes))) {
      String all = ROUTES.formatted(server.url(), ports.getFirst());
      serve(routes, all, ports.getFirst(), 200);
      var first = new Traffic(ports.getFirst());
      first.run(duration.compareTo(Duration.ofMinutes(5)) < 0 ? duration : Duration.ofMinutes(2));
      Figures start = settled(node, routes, ports, server, Integer.MAX_VALUE);
      serve(routes, all, ports.getFirst(), 200);
      var traffic = new Traffic(ports.getFirst());
      traffic.run(duration);
      Figures end = settled(node, routes, ports, server, start.descriptors());
      var faults = new ArrayList<>(faults(start, end));
      faults.addAll(first.failures());
      faults.addAll(traffic.failures());
      if (!node.isAlive() || !faults.isEmpty() || node.log().contains(" ERROR ")) {
        String log = node.log();
        faults.add(
            "the end of the node's log:\n" + log.substring(Math.max(0, log.length() - TOLD)));
      }
      node.stop();
      return new Result(start, end, faults, traffic.report());
    }
  }

  private List<String> arguments(List<Integer> ports, Path routes) {
    var arguments = new ArrayList<>(options);
    arguments.addAll(
        List.of(
            "--entryPoints.web.address=127.0.0.1:" + ports.getFirst(),
            "--entryPoints.metrics.address=127.0.0.1:" + ports.getLast(),
            "--metrics.prometheus.entryPoint=metrics",
            "--providers.providersThrottleDuration=100ms",
            "--providers.file.filename=" + routes));
    return arguments;
  }

  private static void serve(Path routes, String text, int port, int status)
      throws IOException, InterruptedException {
    TextFile.replace(routes, text);
    long deadline = System.nanoTime() + SETTLING.toNanos();
    int last = 0;
    try (Client client = new Client()) {
      while (System.nanoTime() < deadline) {
        try {
          last = client.get(port, "/").statusCode();
        } catch (IOException _) {
          last = 0; // It does not listen yet.
        }
        if (last == status) {
          return;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new AssertionError("the configuration did not come: " + last);
  }

  /** Takes the routes away, by which kept connections to servers end, and waits for silence. */
  private static Figures settled(
      NodeProcess node, Path routes, List<Integer> ports, RoughServer server, int descriptors)
      throws IOException, InterruptedException {
    serve(routes, "http: {}\n", ports.getFirst(), 404);
    long deadline = System.nanoTime() + SETTLING.toNanos();
    Figures figures = Figures.of(node.pid(), ports.getLast(), server);
    while ((!figures.isQuiet() || figures.descriptors() > descriptors)
        && System.nanoTime() < deadline) {
      TimeUnit.SECONDS.sleep(1);
      figures = Figures.of(node.pid(), ports.getLast(), server);
    }
    return figures;
  }

  private static List<String> faults(Figures start, Figures end) {
    var faults = new ArrayList<String>();
    if (!start.isQuiet() || !end.isQuiet()) {
      faults.add("something of a request is left");
    }
    if (end.descriptors() > start.descriptors()) {
      faults.add("more descriptors than before");
    }
    if (end.heapBytes() > start.heapBytes() + HEAP_SLACK) {
      faults.add("more on the heap than before");
    }
    return faults;
  }

  /**
   * @param arguments the seconds of the traffic, and options of the node
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Duration duration = Duration.ofSeconds(Long.parseLong(arguments[0]));
    List<String> options = List.of(arguments).subList(1, arguments.length);
    Result result = new Soak(Files.createTempDirectory("soak"), duration, options).run();
    System.out.println("start " + result.start());
    System.out.println("end   " + result.end());
    System.out.print(result.report());
    result.faults().forEach(fault -> System.out.println("fault: " + fault));
    System.exit(result.faults().isEmpty() ? 0 : 1);
  }
}
