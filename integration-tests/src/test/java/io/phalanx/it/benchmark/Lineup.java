package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Ports;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts the upstream and the proxies, and sees to it that each does the same work. */
final class Lineup {
  static final int PROXY_CORE = 1;
  static final int OTHER_CORE = 0;

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final PinnedProcesses processes;
  private final Programs programs;
  private final Configurations configurations;
  private final Path root;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Process upstream;

  private Lineup(
      PinnedProcesses processes,
      Programs programs,
      Configurations configurations,
      Path root,
      Process upstream) {
    this.processes = processes;
    this.programs = programs;
    this.configurations = configurations;
    this.root = root;
    this.upstream = upstream;
  }

  /**
   * @param root of the checkout
   * @param directory for configurations, logs and data
   */
  static Lineup start(PinnedProcesses processes, Programs programs, Path root, Path directory)
      throws IOException {
    int port = Ports.free(1).getFirst();
    var configurations = new Configurations(directory, port);
    Process nginx =
        processes.start(
            "nginx",
            OTHER_CORE,
            List.of(programs.path("nginx"), "-c", configurations.nginx().toString()));
    var lineup = new Lineup(processes, programs, configurations, root, nginx);
    lineup.awaitAnswer("nginx", nginx, port);
    return lineup;
  }

  long upstreamPid() {
    return upstream.pid();
  }

  List<Contestant> contestants(Scenario scenario, Optional<Path> traefik) throws IOException {
    var contestants = new ArrayList<Contestant>();
    switch (scenario) {
      case MINIMAL, BROWSER -> {
        contestants.add(haproxy());
        contestants.add(node("phalanx", 1));
        if (traefik.isPresent()) {
          contestants.add(traefik(traefik.get()));
        }
      }
      case ROUTERS -> {
        contestants.add(node("phalanx-10", 10));
        contestants.add(node("phalanx-10000", 10_000));
      }
    }
    return List.copyOf(contestants);
  }

  private Contestant haproxy() throws IOException {
    int port = Ports.free(1).getFirst();
    return contestant(
        "haproxy",
        port,
        "bench.test",
        false,
        List.of(programs.path("haproxy"), "-db", "-f", configurations.haproxy(port).toString()));
  }

  /** As the launcher starts it; on one core it has one I/O thread. */
  private Contestant node(String name, int routers) throws IOException {
    int port = Ports.free(1).getFirst();
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@" + root.resolve("node/jvm.options"),
            "-cp",
            nodeClassPath(),
            "io.phalanx.node.Main",
            "run",
            "--configFile=" + configurations.node(name, port, routers));
    String host = routers == 1 ? "bench.test" : Configurations.lastHost(routers);
    return contestant(name, port, host, true, command);
  }

  private String nodeClassPath() {
    return Stream.of("node", "secrets", "cluster", "providers")
            .map(module -> root.resolve(module).resolve("target/classes").toString())
            .collect(Collectors.joining(File.pathSeparator))
        + File.pathSeparator
        + root.resolve("node/target/lib")
        + "/*";
  }

  private Contestant traefik(Path binary) throws IOException {
    int port = Ports.free(1).getFirst();
    return contestant(
        "traefik",
        port,
        "bench.test",
        false,
        List.of(
            "env",
            "GOMAXPROCS=1",
            binary.toString(),
            "--configFile=" + configurations.traefik(port)));
  }

  private Contestant contestant(
      String name, int port, String host, boolean compiles, List<String> command)
      throws IOException {
    Process process = processes.start(name, PROXY_CORE, command);
    var contestant = new Contestant(name, port, process.pid(), host, compiles);
    awaitAnswer(name, process, port);
    requireSameWork(contestant);
    return contestant;
  }

  private void awaitAnswer(String name, Process process, int port) throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      try {
        get(port, "/", "bench.test");
        return;
      } catch (IOException _) {
        process.onExit().completeOnTimeout(process, PAUSE.toMillis(), TimeUnit.MILLISECONDS).join();
      }
    }
    throw new IOException(name + " does not answer; its log is " + name + ".log");
  }

  /** A proxy that answers from elsewhere, or leaves work out, would win for the wrong reason. */
  private void requireSameWork(Contestant contestant) throws IOException {
    HttpResponse<String> answer = get(contestant.port(), "/", contestant.host());
    if (answer.statusCode() != 200 || answer.body().length() != 1024) {
      throw new IOException(
          contestant.name() + " answers " + answer.statusCode() + ", not the upstream's 1 KiB");
    }
    String forwarded = get(contestant.port(), "/forwarded", contestant.host()).body();
    if (!Configurations.hasEveryForwardingHeader(forwarded)) {
      throw new IOException(
          contestant.name() + " does not set every forwarding header: " + forwarded);
    }
  }

  private HttpResponse<String> get(int port, String path, String host) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Host", host)
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
