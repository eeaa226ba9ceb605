package io.phalanx.it.acme;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A fleet whose certificate resolvers ask one authority, each node at an address of its own. */
final class CertificateFleet implements AutoCloseable {
  static final Duration LIMIT = Duration.ofMinutes(2);

  private final List<ResolverNode> layout = new ArrayList<>();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final Path directory;
  private final Path routes;
  private final String server;

  private CertificateFleet(Path directory, String server) {
    this.directory = directory;
    this.routes = directory.resolve("routes.yml");
    this.server = server;
  }

  /**
   * @param first the last number of the first node's address
   * @param server that all routers lead to
   * @param further arguments of each node
   */
  static CertificateFleet start(
      Path directory,
      Pebble authority,
      List<Integer> validationPorts,
      int first,
      int size,
      String server,
      List<String> further)
      throws Exception {
    Files.createDirectories(directory);
    var fleet = new CertificateFleet(directory, server);
    fleet.serve(Map.of());
    List<Integer> ports = Ports.free(size);
    Path key = directory.resolve("fleet.key");
    FleetKey.generate().write(key);
    try {
      for (int i = 0; i < size; i++) {
        var node =
            new ResolverNode(
                directory.resolve("node-" + i),
                "127.0.0." + (first + i),
                validationPorts.get(0),
                validationPorts.get(1),
                Stream.concat(
                        further.stream(),
                        Stream.of(
                            "--metrics.prometheus.entryPoint=web",
                            "--fleet.bind=127.0.0.1:" + ports.get(i),
                            "--fleet.keyFile=" + key,
                            i == 0
                                ? "--fleet.bootstrap=true"
                                : "--fleet.join=127.0.0.1:" + ports.getFirst()))
                    .toList());
        fleet.layout.add(node);
        NodeProcess process = node.start(authority, fleet.routes);
        fleet.nodes.add(process);
        Eventually.becomes(LIMIT, process::log, log -> log.contains("entry point secure listens"));
      }
      return fleet;
    } catch (Exception | Error e) {
      fleet.close();
      throw e;
    }
  }

  /** From now on there is one router, whose resolver is {@code web}. */
  void serveRule(String rule) throws Exception {
    write(
        """
        http:
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
          routers: {any: {rule: "%s", service: app, tls: {certResolver: web}}}
        """
            .formatted(server, rule));
  }

  /**
   * From now on there is one router for all hosts.
   *
   * @param domains that {@code resolver} is to get certificates for, as YAML has them
   */
  void serveDomains(String resolver, String domains) throws Exception {
    write(
        """
        http:
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
          routers:
            all: {rule: "PathPrefix(`/`)", service: app, tls: {certResolver: %s, domains: %s}}
        """
            .formatted(server, resolver, domains));
  }

  /**
   * @param resolvers by the name in front of {@code .test}
   */
  void serve(Map<String, String> resolvers) throws Exception {
    var text = new StringBuilder();
    text.append("http:\n  services: {app: {loadBalancer: {servers: [{url: \"")
        .append(server)
        .append("\"}]}}}\n  routers:\n")
        .append("    always: {rule: \"Host(`always.test`)\", service: app}\n");
    resolvers.forEach(
        (name, resolver) ->
            text.append(
                "    %1$s: {rule: \"Host(`%1$s.test`)\", service: app, tls: {certResolver: %2$s}}%n"
                    .formatted(name, resolver)));
    write(text.toString());
  }

  private void write(String text) throws Exception {
    Path next = directory.resolve("next.yml");
    Files.writeString(next, text);
    Files.move(next, routes, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Waits until all nodes that are there show one that was issued, other than that one. */
  BigInteger awaitOther(String name, BigInteger before) throws Exception {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).isAlive()) {
        Site site = layout.get(i).site(name);
        Eventually.holds(
            "another certificate for " + name + " at node " + i + '\n' + log(),
            LIMIT,
            () -> site.isIssued() && !site.shown().getSerialNumber().equals(before));
      }
    }
    return layout.get(alive()).site(name).shown().getSerialNumber();
  }

  /** How long it took from the first running node that showed a certificate to the last. */
  Duration awaitEverywhere(String name) throws InterruptedException {
    return Issuing.await(
        IntStream.range(0, nodes.size())
            .filter(i -> nodes.get(i).isAlive())
            .mapToObj(i -> layout.get(i).site(name))
            .toList(),
        LIMIT,
        this::log);
  }

  private int alive() {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).isAlive()) {
        return i;
      }
    }
    throw new AssertionError("no node is alive");
  }

  /** Which node runs a resolver. */
  int holder(String resolver) throws Exception {
    String line = "certificate resolver " + resolver + ": run by this member";
    Eventually.holds(
        "a holder of " + resolver,
        LIMIT,
        () -> nodes.stream().anyMatch(node -> node.isAlive() && node.log().contains(line)));
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).isAlive() && nodes.get(i).log().contains(line)) {
        return i;
      }
    }
    throw new AssertionError("the holder is gone");
  }

  /** One that does not. */
  int other(String resolver) throws Exception {
    return (holder(resolver) + 1) % nodes.size();
  }

  /** Gives a command about a node. */
  NodeProcess.Outcome command(int node, String... words) throws Exception {
    var all = new ArrayList<String>(List.of(words));
    all.add("--dataDir=" + layout.get(node).data());
    return NodeProcess.run(all);
  }

  List<ResolverNode> all() {
    return List.copyOf(layout);
  }

  List<NodeProcess> nodes() {
    return List.copyOf(nodes);
  }

  ResolverNode at(int node) {
    return layout.get(node);
  }

  NodeProcess node(int node) {
    return Objects.requireNonNull(nodes.get(node));
  }

  String log() {
    var all = new StringBuilder();
    nodes.forEach(node -> all.append("\n--- ").append(node.log()));
    return all.toString();
  }

  @Override
  public void close() {
    nodes.forEach(NodeProcess::close);
  }
}
