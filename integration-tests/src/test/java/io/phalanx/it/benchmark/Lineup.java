package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Starts the upstream and the proxies of one scenario. */
final class Lineup {
  private static final String HOST = "bench.test";

  private final Workbench workbench;
  private final Site site;
  private final SameWork sameWork;
  private final List<String> nodeOptions;
  private final int upstreamPort;
  private Process upstream;

  private Lineup(
      Workbench workbench,
      Site site,
      SameWork sameWork,
      List<String> nodeOptions,
      int upstreamPort,
      Process upstream) {
    this.workbench = workbench;
    this.site = site;
    this.sameWork = sameWork;
    this.nodeOptions = nodeOptions;
    this.upstreamPort = upstreamPort;
    this.upstream = upstream;
  }

  /**
   * @param folder of this scenario alone: for configurations, logs and data
   * @param nodeOptions of a node's JVM, beside those of the launcher
   */
  static Lineup start(
      Workbench workbench, Scenario scenario, Tls tls, Path folder, List<String> nodeOptions)
      throws IOException {
    int port = Ports.free(1).getFirst();
    var site = new Site(folder, scenario, servers(scenario, port), tls);
    Process nginx =
        workbench
            .processes()
            .start(
                site.file("upstream.log"),
                Workbench.OTHER_CORE,
                List.of(
                    workbench.programs().path("nginx"),
                    "-c",
                    UpstreamConfiguration.write(site, port).toString()));
    var upstream = new Contestant("upstream", port, nginx.pid(), HOST, false, Optional.empty());
    new SameWork(scenario.isGrpc() ? Scenario.GRPC : Scenario.MINIMAL, tls, workbench.programs())
        .awaitAnswer(upstream, nginx);
    return new Lineup(
        workbench,
        site,
        new SameWork(scenario, tls, workbench.programs()),
        nodeOptions,
        port,
        nginx);
  }

  /** Many have addresses of their own within loopback's 127.0.0.0/8. */
  private static List<String> servers(Scenario scenario, int port) {
    return scenario.servers() == 1
        ? List.of("127.0.0.1:" + port)
        : IntStream.range(0, scenario.servers())
            .mapToObj(i -> "127.1.%d.%d:%d".formatted(i / 200, 1 + i % 200, port))
            .toList();
  }

  Process upstream() {
    return upstream;
  }

  Site site() {
    return site;
  }

  /** The first is what the others are compared with. */
  List<Contestant> contestants(Optional<Path> traefik) throws IOException {
    var contestants = new ArrayList<Contestant>();
    switch (site.scenario()) {
      case MINIMAL, BROWSER, TLS, HTTP2, LARGE, LARGE_TLS, HANDSHAKES, LOGGED, GRPC, SERVERS -> {
        contestants.add(haproxy());
        if (site.scenario() == Scenario.LARGE) {
          contestants.add(splicingHaproxy());
        }
        contestants.add(nginx());
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
    if (site.scenario().isGrpc()) {
      callInsteadOfAsking(contestants);
    }
    return List.copyOf(contestants);
  }

  /** nginx has told what is forwarded; the server in its place cannot tell, but speaks gRPC. */
  private void callInsteadOfAsking(List<Contestant> contestants) throws IOException {
    workbench.processes().end(upstream);
    upstream = GrpcServer.start(workbench, upstreamPort, site.file("grpc.log"));
    for (Contestant contestant : contestants) {
      GrpcServer.requireCalls(workbench, contestant);
    }
  }

  private Contestant haproxy() throws IOException {
    List<Integer> ports = Ports.free(2);
    Path settings = HaproxyConfiguration.write(site, ports.getFirst(), ports.getLast());
    return contestant(
        new Contestant("haproxy", ports.getFirst(), 0, HOST, false, record("haproxy.log", ports)),
        List.of(workbench.programs().path("haproxy"), "-db", "-f", settings.toString()));
  }

  /** Without TLS the kernel can move bodies by itself; HAProxy does so if it is told to. */
  private Contestant splicingHaproxy() throws IOException {
    String name = "haproxy-splice";
    int port = Ports.free(1).getFirst();
    Path settings = HaproxyConfiguration.writeSplicing(site, name, port);
    return contestant(
        new Contestant(name, port, 0, HOST, false, Optional.empty()),
        List.of(workbench.programs().path("haproxy"), "-db", "-f", settings.toString()));
  }

  private Contestant nginx() throws IOException {
    List<Integer> ports = List.of(Ports.free(1).getFirst(), 0);
    Path settings = NginxConfiguration.write(site, ports.getFirst(), site.file("nginx.access.txt"));
    return contestant(
        new Contestant(
            "nginx", ports.getFirst(), 0, HOST, false, record("nginx.access.txt", ports)),
        List.of(workbench.programs().path("nginx"), "-c", settings.toString()));
  }

  /** On one core it has one I/O thread. */
  private Contestant node(String name, int routers) throws IOException {
    List<Integer> ports = Ports.free(2);
    String log = name + ".access.txt";
    Path settings =
        NodeConfiguration.write(
            site, name, routers, ports.getFirst(), ports.getLast(), site.file(log));
    List<String> command =
        NodeCommand.of(workbench.root(), nodeOptions, List.of("--configFile=" + settings));
    String host = routers == 1 ? HOST : NodeConfiguration.lastHost(routers);
    return contestant(
        new Contestant(name, ports.getFirst(), 0, host, true, record(log, ports)), command);
  }

  private Contestant traefik(Path binary) throws IOException {
    List<Integer> ports = Ports.free(2);
    String log = "traefik.access.txt";
    Path settings =
        NodeConfiguration.writeTraefik(site, ports.getFirst(), ports.getLast(), site.file(log));
    return contestant(
        new Contestant("traefik", ports.getFirst(), 0, HOST, false, record(log, ports)),
        List.of("env", "GOMAXPROCS=1", binary.toString(), "--configFile=" + settings));
  }

  private Optional<AccessRecord> record(String log, List<Integer> ports) {
    return site.scenario().isRecorded()
        ? Optional.of(new AccessRecord(site.file(log), ports.getLast()))
        : Optional.empty();
  }

  private Contestant contestant(Contestant planned, List<String> command) throws IOException {
    Process process =
        workbench
            .processes()
            .start(site.file(planned.name() + ".log"), Workbench.PROXY_CORE, command);
    Contestant contestant = planned.runsAs(process.pid());
    sameWork.awaitAnswer(contestant, process);
    sameWork.require(contestant);
    return contestant;
  }
}
