package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What it takes to replace a hundred thousand routers by others, and what clients see of it: a node
 * is started as its operator would, and gets requests at even times, in slices without and with a
 * change by turns.
 */
final class Activations {
  static final int ROUTERS = 100_000;

  private static final int SERVICES = 100;
  private static final int PER_SECOND = 5_000;
  private static final int SECONDS = 10;
  private static final int WARM_UP_CHANGES = 3;
  private static final Pattern TOOK = Pattern.compile("is active: .* made ready in (\\d+) ms");
  private static final String HOST = "bench.test";

  /** What docs/operations.md advises where configurations are as large as this. */
  static final List<String> LARGE = List.of("-XX:-UseParallelGC", "-XX:+UseZGC", "-Xmx1g");

  private final Workbench workbench;
  private final Site site;
  private final List<String> jvmOptions;
  private final double gateCores;
  private final int slices;
  private final PrintStream progress;
  private int changes;
  private String server = "";

  /**
   * @param jvmOptions of the node, beside those that it has anyway
   */
  Activations(
      Workbench workbench,
      Site site,
      List<String> jvmOptions,
      Measurement measurement,
      PrintStream progress) {
    this.workbench = workbench;
    this.site = site;
    this.jvmOptions = List.copyOf(jvmOptions);
    this.gateCores = measurement.gateCores();
    this.slices = measurement.slices();
    this.progress = progress;
  }

  /** With or without a change. */
  private record Kind(String name, boolean changes) implements Turns.Named {}

  private static final Kind STILL = new Kind("still", false);
  private static final Kind CHANGING = new Kind("changing", true);

  ActivationReport measure() throws IOException {
    List<Integer> ports = Ports.free(2);
    Process upstream = upstream(ports.getFirst());
    write(changes);
    int port = ports.getLast();
    Process node = node(port);
    FirstAnswer.await("phalanx", node, port, path(changes));
    var contestant = new Contestant("phalanx", port, node.pid(), HOST, true, Optional.empty());
    var changed = new ArrayList<ActivationReport.Change>();
    try (PacedProcess client = PacedProcess.start(workbench, site.file("paced.log"))) {
      for (int i = 0; i < WARM_UP_CHANGES; i++) {
        progress.println("activation: warming up");
        slice(0, CHANGING, contestant, node, upstream, client);
      }
      var paced =
          new Turns(slices, gateCores)
              .take(
                  List.of(STILL, CHANGING),
                  (round, kind) -> {
                    Result result = slice(round, kind, contestant, node, upstream, client);
                    result.change().ifPresent(changed::add);
                    return result.slice();
                  });
      return ActivationReport.of(ROUTERS, PER_SECOND, paced, changed, gateCores);
    }
  }

  private record Result(PacedSlice slice, Optional<ActivationReport.Change> change) {}

  private Result slice(
      int round, Kind kind, Contestant node, Process process, Process upstream, PacedProcess client)
      throws IOException {
    if (kind.changes()) {
      prepare(changes + 1);
    }
    CompletableFuture<ActivationReport.Change> change = new CompletableFuture<>();
    Usage.During<PacedReport> load =
        Usage.during(
            node,
            List.of(upstream, client.process()),
            () -> {
              if (kind.changes()) {
                Thread.ofVirtual().start(() -> complete(change, node, process));
              }
              return client.run(job(node));
            });
    var slice = new PacedSlice(round, load.usage().foreignCores(), load.result());
    Optional<ActivationReport.Change> changed =
        kind.changes() ? Optional.of(joined(change)) : Optional.empty();
    progress.printf(
        "activation: round %d, %s: p99 %.2f ms, %d errors, others used %.2f cores%s%n",
        round,
        kind.name(),
        slice.client().p99Micros() / 1e3,
        slice.client().errors(),
        slice.foreignCores(),
        changed
            .map(
                at ->
                    ", served after %.2f s, made ready in %.0f ms"
                        .formatted(at.seconds(), at.readyMillis()))
            .orElse(""));
    return new Result(slice, changed);
  }

  private static ActivationReport.Change joined(CompletableFuture<ActivationReport.Change> change)
      throws IOException {
    try {
      return change.join();
    } catch (CompletionException e) {
      throw new IOException(e.getCause());
    }
  }

  private void complete(
      CompletableFuture<ActivationReport.Change> change, Contestant node, Process process) {
    try {
      TimeUnit.SECONDS.sleep(1);
      long start = System.nanoTime();
      changes++;
      Files.move(
          site.file(routes(changes)), site.file("routes.yml"), StandardCopyOption.ATOMIC_MOVE);
      FirstAnswer.await("the change", process, node.port(), path(changes));
      double seconds = (System.nanoTime() - start) / 1e9;
      change.complete(new ActivationReport.Change(seconds, lastReadyMillis()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      change.completeExceptionally(e);
    }
  }

  /** As the node's log has it. */
  private double lastReadyMillis() throws IOException {
    Matcher took = TOOK.matcher(Files.readString(site.file("node.log")));
    double last = Double.NaN;
    while (took.find()) {
      last = Double.parseDouble(took.group(1));
    }
    return last;
  }

  private PacedJob job(Contestant node) {
    return new Wrk(Wire.HTTP1, 64, List.of())
        .paced(node, Body.SMALL, site.tls(), PER_SECOND, SECONDS)
        .orElseThrow();
  }

  private Process upstream(int port) throws IOException {
    Process server =
        workbench
            .processes()
            .start(
                site.file("upstream.log"),
                Workbench.OTHER_CORE,
                List.of(
                    workbench.programs().path("nginx"),
                    "-c",
                    UpstreamConfiguration.write(withServer(port), port).toString()));
    FirstAnswer.await("upstream", server, port);
    this.server = "127.0.0.1:" + port;
    return server;
  }

  private Site withServer(int port) {
    return new Site(site.directory(), site.scenario(), List.of("127.0.0.1:" + port), site.tls());
  }

  private Process node(int port) throws IOException {
    Path settings =
        site.write(
            "node.yml",
            """
            entryPoints: {web: {address: "127.0.0.1:%d"}}
            providers: {providersThrottleDuration: 0s, file: {filename: "%s"}}
            dataDir: "%s"
            """
                .formatted(port, site.file("routes.yml"), site.file("data")));
    return workbench
        .processes()
        .startAnywhere(
            site.file("node.log"),
            NodeCommand.of(workbench.root(), jvmOptions, List.of("--configFile=" + settings)));
  }

  private static String path(int change) {
    return "/change-" + change;
  }

  private static String routes(int change) {
    return "routes-" + change + ".yml";
  }

  private void write(int change) throws IOException {
    prepare(change);
    Files.move(site.file(routes(change)), site.file("routes.yml"));
  }

  /** No router of one change matches what one of another does. */
  private void prepare(int change) throws IOException {
    var text = new StringBuilder("http:\n  routers:\n");
    text.append("    all: {rule: \"Path(`/`)\", service: s0}\n");
    text.append("    now: {rule: \"Path(`%s`)\", service: s0}%n".formatted(path(change)));
    for (int i = 0; i < ROUTERS; i++) {
      text.append(
          "    r%d: {rule: \"Host(`h%d.change-%d.test`)\", service: s%d}%n"
              .formatted(i, i, change, i % SERVICES));
    }
    text.append("  services:\n");
    for (int i = 0; i < SERVICES; i++) {
      text.append(
          "    s%d: {loadBalancer: {servers: [{url: \"http://%s\"}]}}%n".formatted(i, server));
    }
    site.write(routes(change), text.toString());
  }
}
