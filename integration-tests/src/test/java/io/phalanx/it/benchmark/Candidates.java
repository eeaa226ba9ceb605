package io.phalanx.it.benchmark;

import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose start and memory are measured, and what has to be there for them.
 *
 * @param others processes that run meanwhile: servers, and the members that others join
 */
record Candidates(List<Candidate> all, List<Process> others) {
  private static final int MEMBERS = 2;

  Candidates {
    all = List.copyOf(all);
    others = List.copyOf(others);
  }

  /** Starts what has to be there. */
  static Candidates prepare(Workbench workbench, Path folder, Tls tls) throws IOException {
    List<Integer> ports = Ports.free(2);
    List<String> servers = ports.stream().map(port -> "127.0.0.1:" + port).toList();
    var others = new ArrayList<Process>();
    others.add(upstream(workbench, new Site(folder, Scenario.MINIMAL, servers, tls), ports));
    Path own = Files.createDirectories(folder.resolve("fleet"));
    var fleet = new DemoFleet(own, servers);
    for (int member = 0; member < MEMBERS; member++) {
      others.add(member(workbench, fleet, member, own));
    }
    var all = new ArrayList<>(peers(workbench.programs(), servers, tls));
    all.addAll(nodes(workbench.root(), fleet));
    return new Candidates(all, others);
  }

  private static Process upstream(Workbench workbench, Site site, List<Integer> ports)
      throws IOException {
    Path settings = UpstreamConfiguration.write(site, ports.getFirst());
    Process server =
        workbench
            .processes()
            .startAnywhere(
                site.file("upstream.log"),
                List.of(workbench.programs().path("nginx"), "-c", settings.toString()));
    FirstAnswer.await("upstream", server, ports.getFirst());
    return server;
  }

  private static Process member(Workbench workbench, DemoFleet fleet, int member, Path folder)
      throws IOException {
    int port = Ports.free(1).getFirst();
    Path data = folder.resolve("data-" + member);
    Process process =
        workbench
            .processes()
            .startAnywhere(
                folder.resolve("member-" + member + ".log"),
                NodeCommand.of(workbench.root(), List.of(), fleet.member(member, port, data)));
    FirstAnswer.await("a member", process, port);
    return process;
  }

  private static List<Candidate> peers(Programs programs, List<String> servers, Tls tls) {
    return List.of(
        new Candidate(
            "haproxy",
            false,
            (port, own) -> {
              var site = new Site(own, Scenario.MINIMAL, servers, tls);
              Path settings = HaproxyConfiguration.write(site, port, 0);
              return List.of(programs.path("haproxy"), "-db", "-f", settings.toString());
            },
            _ -> {}),
        new Candidate(
            "nginx",
            false,
            (port, own) -> {
              var site = new Site(own, Scenario.MINIMAL, servers, tls);
              Path settings = NginxConfiguration.write(site, port, own.resolve("access.txt"));
              return List.of(programs.path("nginx"), "-c", settings.toString());
            },
            _ -> {}));
  }

  private static List<Candidate> nodes(Path root, DemoFleet fleet) {
    return List.of(
        alone("phalanx", root, List.of(), fleet),
        alone("phalanx, no cache", root, NodeCommand.WITHOUT_CACHE, fleet),
        third("third member", root, List.of(), fleet),
        third("third member, no cache", root, NodeCommand.WITHOUT_CACHE, fleet));
  }

  private static Candidate alone(String name, Path root, List<String> jvmOptions, DemoFleet fleet) {
    return new Candidate(
        name,
        true,
        (port, own) -> NodeCommand.of(root, jvmOptions, fleet.alone(port, own.resolve("data"))),
        _ -> {});
  }

  private static Candidate third(String name, Path root, List<String> jvmOptions, DemoFleet fleet) {
    return new Candidate(
        name,
        true,
        (port, own) ->
            NodeCommand.of(root, jvmOptions, fleet.member(MEMBERS, port, own.resolve("data"))),
        own -> DemoFleet.leave(own.resolve("data")));
  }
}
