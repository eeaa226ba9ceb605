package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of a fleet of three, whose nodes are at 127.0.0.1, .2 and .3. */
class FleetCertificatesIT {
  private static final int NODES = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path directory;

  private final List<ResolverNode> layout = new ArrayList<>();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private Origin origin;
  private Pebble authority;
  private Path routes;

  @BeforeEach
  void startFleet() throws Exception {
    List<Integer> ports = Ports.free(2 + NODES);
    origin = Origin.start("origin");
    authority = new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1)).start();
    routes = directory.resolve("routes.yml");
    serve(Map.of());
    Path key = directory.resolve("fleet.key");
    FleetKey.generate().write(key);
    String founder = "127.0.0.1:" + ports.get(2);
    for (int i = 0; i < NODES; i++) {
      var node =
          new ResolverNode(
              directory.resolve("node-" + i),
              "127.0.0." + (i + 1),
              ports.get(0),
              ports.get(1),
              List.of(
                  "--fleet.bind=127.0.0.1:" + ports.get(2 + i),
                  "--fleet.keyFile=" + key,
                  i == 0 ? "--fleet.bootstrap=true" : "--fleet.join=" + founder));
      layout.add(node);
      NodeProcess process = node.start(authority, routes);
      nodes.add(process);
      Eventually.becomes(LIMIT, process::log, log -> log.contains("entry point secure listens"));
    }
  }

  @AfterEach
  void endAll() {
    nodes.forEach(NodeProcess::close);
    authority.close();
    origin.close();
  }

  /**
   * @param resolvers by the name in front of {@code .test}
   */
  private void serve(Map<String, String> resolvers) throws Exception {
    var text = new StringBuilder();
    text.append("http:\n  services: {app: {loadBalancer: {servers: [{url: \"")
        .append(origin.url())
        .append("\"}]}}}\n  routers:\n")
        .append("    always: {rule: \"Host(`always.test`)\", service: app}\n");
    resolvers.forEach(
        (name, resolver) ->
            text.append(
                "    %1$s: {rule: \"Host(`%1$s.test`)\", service: app, tls: {certResolver: %2$s}}%n"
                    .formatted(name, resolver)));
    Path next = directory.resolve("next.yml");
    Files.writeString(next, text);
    Files.move(next, routes, StandardCopyOption.REPLACE_EXISTING);
  }

  private String logs() {
    var all = new StringBuilder(authority.log());
    nodes.forEach(node -> all.append("\n--- ").append(node.log()));
    return all.toString();
  }

  /** How long it took from the first node that showed it to the last. */
  private Duration awaitEverywhere(String name) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    var first = new HashMap<Integer, Long>();
    while (first.size() < running().size()) {
      for (int node : running()) {
        if (!first.containsKey(node) && layout.get(node).site(name).isIssued()) {
          first.put(node, System.nanoTime());
        }
      }
      if (System.nanoTime() > end) {
        throw new AssertionError(name + " is issued on " + first.keySet() + " only:\n" + logs());
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    var times = new TreeSet<>(first.values());
    return Duration.ofNanos(times.last() - times.first());
  }

  private List<Integer> running() {
    var running = new ArrayList<Integer>();
    for (int i = 0; i < NODES; i++) {
      if (nodes.get(i).isAlive()) {
        running.add(i);
      }
    }
    return running;
  }

  private int holder(String resolver) throws Exception {
    String line = "certificate resolver " + resolver + ": run by this member";
    Eventually.holds(
        "a holder of " + resolver,
        LIMIT,
        () -> running().stream().anyMatch(node -> nodes.get(node).log().contains(line)));
    return running().stream()
        .filter(node -> nodes.get(node).log().contains(line))
        .findFirst()
        .orElseThrow();
  }

  private int other(int holder) {
    return (holder + 1) % NODES;
  }

  @Test
  void areServedByAllWhicheverTheAuthorityAsks() throws Exception {
    var wanted = new HashMap<String, String>();
    for (String resolver : List.of("web", "secure")) {
      for (int node = 0; node < NODES; node++) {
        String name = resolver + "-at-" + node;
        authority.resolve(name + ".test", layout.get(node).address());
        wanted.put(name, resolver);
      }
    }
    serve(wanted);

    for (String name : wanted.keySet()) {
      assertThat(awaitEverywhere(name + ".test")).as(name).isLessThan(Duration.ofSeconds(1));
      var serials = new TreeSet<String>();
      for (ResolverNode node : layout) {
        serials.add(node.site(name + ".test").shown().getSerialNumber().toString(16));
        assertThat(node.site(name + ".test").status()).isEqualTo("HTTP/1.1 200 OK");
      }
      assertThat(serials).as("the same certificate everywhere").hasSize(1);
    }
    assertThat(authority.issued()).isEqualTo(wanted.size());
    nodes.forEach(
        node ->
            assertThat(node.log()).doesNotContain("ERROR").doesNotContain("no certificate for"));

    // All end and start again, without the authority.
    for (NodeProcess node : nodes) {
      node.terminate();
    }
    for (NodeProcess node : nodes) {
      node.exitCode();
    }
    authority.stop();
    for (int i = 0; i < NODES; i++) {
      nodes.set(i, layout.get(i).start(authority, routes));
    }
    for (String name : wanted.keySet()) {
      awaitEverywhere(name + ".test");
    }
  }

  @Test
  void anOrderIsGoneOnWithWhenItsHolderIsKilled() throws Exception {
    int holder = holder("web");
    authority.resolve("killed.test", layout.get(other(holder)).address());
    serve(Map.of("killed", "web"));
    Eventually.becomes(
        LIMIT, nodes.get(holder)::log, log -> log.contains("killed.test ordered as"));
    nodes.get(holder).kill();

    awaitEverywhere("killed.test");
    assertThat(authority.issued()).isEqualTo(1);
    long orders = logs().lines().filter(line -> line.contains("killed.test ordered as")).count();
    assertThat(orders).isEqualTo(1);
    assertThat(logs()).contains("is gone on with");
  }
}
