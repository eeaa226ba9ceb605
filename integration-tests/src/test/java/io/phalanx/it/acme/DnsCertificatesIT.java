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
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that a fleet of three gets by records of a real BIND. */
class DnsCertificatesIT {
  private static final int NODES = 3;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String CHALLENGE = "_acme-challenge." + Bind.ZONE;

  @TempDir private Path directory;

  private final List<ResolverNode> layout = new ArrayList<>();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private Origin origin;
  private Bind names;
  private Pebble authority;
  private Path routes;

  @BeforeEach
  void startFleet() throws Exception {
    List<Integer> ports = Ports.free(2 + NODES);
    origin = Origin.start("origin");
    names = new Bind(directory.resolve("bind"));
    authority =
        new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1))
            .startAsking(names.port());
    routes = directory.resolve("routes.yml");
    serve("");
    Path key = directory.resolve("fleet.key");
    FleetKey.generate().write(key);
    String founder = "127.0.0.1:" + ports.get(2);
    for (int i = 0; i < NODES; i++) {
      var further =
          new ArrayList<>(
              List.of(
                  "--fleet.bind=127.0.0.1:" + ports.get(2 + i),
                  "--fleet.keyFile=" + key,
                  i == 0 ? "--fleet.bootstrap=true" : "--fleet.join=" + founder));
      further.addAll(resolver());
      var node =
          new ResolverNode(
              directory.resolve("node-" + i),
              "127.0.0." + (i + 1),
              ports.get(0),
              ports.get(1),
              further);
      layout.add(node);
      NodeProcess process = node.start(authority, routes);
      nodes.add(process);
      Eventually.becomes(LIMIT, process::log, log -> log.contains("entry point secure listens"));
    }
  }

  private List<String> resolver() {
    String acme = "--certificatesResolvers.dns.acme.";
    String challenge = acme + "dnsChallenge.";
    String server = "127.0.0.1:" + names.port();
    return List.of(
        acme + "caServer=" + authority.url(),
        acme + "caCertificates=" + authority.certificate(),
        acme + "email=ops@example.org",
        acme + "keyType=EC256",
        challenge + "provider=rfc2136",
        challenge + "resolvers=" + server,
        challenge + "propagation.requireAllRNS=true",
        challenge + "propagation.nameServers=" + server,
        challenge + "variables.RFC2136_NAMESERVER=" + server,
        challenge + "variables.RFC2136_TSIG_FILE=" + names.keyFile(),
        challenge + "variables.RFC2136_POLLING_INTERVAL=1");
  }

  @AfterEach
  void endAll() {
    nodes.forEach(NodeProcess::close);
    authority.close();
    names.close();
    origin.close();
  }

  /**
   * @param domains of a router, as YAML has them; empty for none
   */
  private void serve(String domains) throws Exception {
    String router =
        "    always: {rule: \"PathPrefix(`/`)\", service: app%s}%n"
            .formatted(
                domains.isEmpty() ? "" : ", tls: {certResolver: dns, domains: " + domains + '}');
    Path next = directory.resolve("next.yml");
    Files.writeString(
        next,
        "http:\n  services: {app: {loadBalancer: {servers: [{url: \""
            + origin.url()
            + "\"}]}}}\n  routers:\n"
            + router);
    Files.move(next, routes, StandardCopyOption.REPLACE_EXISTING);
  }

  private String logs() {
    var all = new StringBuilder(authority.log()).append(names.log());
    nodes.forEach(node -> all.append("\n--- ").append(node.log()));
    return all.toString();
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

  private void awaitGone(String name) throws Exception {
    try {
      Eventually.holds("no record at " + name, LIMIT, () -> names.texts(name).isEmpty());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + '\n' + logs(), e);
    }
  }

  @Test
  void aNameAndItsWildcardAreServedByAllAndTheirRecordsAreGone() throws Exception {
    serve("[{main: %1$s, sans: ['*.%1$s']}]".formatted(Bind.ZONE));

    assertThat(awaitEverywhere("any." + Bind.ZONE)).isLessThan(Duration.ofSeconds(1));
    awaitGone(CHALLENGE);
    var serials = new TreeSet<String>();
    for (ResolverNode node : layout) {
      X509Certificate shown = node.site("any." + Bind.ZONE).shown();
      serials.add(shown.getSerialNumber().toString(16));
      assertThat(shown.getSubjectAlternativeNames())
          .extracting(name -> name.get(1).toString())
          .containsExactlyInAnyOrder(Bind.ZONE, "*." + Bind.ZONE);
      assertThat(node.site(Bind.ZONE).shown()).isEqualTo(shown);
      assertThat(node.site("any." + Bind.ZONE).status()).isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(serials).as("the same certificate everywhere").hasSize(1);
    assertThat(authority.issued()).isEqualTo(1);
    assertThat(names.log())
        .as("two values, set and removed")
        .contains("signer \"phalanx\" approved");
    nodes.forEach(
        node ->
            assertThat(node.log())
                .doesNotContain("ERROR")
                .doesNotContain("no certificate for")
                .doesNotContain("is not removed"));

    // What the wildcard covers is not ordered; what leads elsewhere by a CNAME is.
    serve(
        "[{main: %1$s, sans: ['*.%1$s']}, {main: x.%1$s}, {main: '*.alias.%1$s'}]"
            .formatted(Bind.ZONE));
    awaitEverywhere("x.alias." + Bind.ZONE);
    awaitGone("alias.challenges." + Bind.ZONE);
    assertThat(authority.issued()).isEqualTo(2);
  }

  @Test
  void theNextHolderGoesOnAndRemovesTheRecords() throws Exception {
    serve("[{main: '*.%s'}]".formatted(Bind.ZONE));
    String set = "record " + CHALLENGE + " is set";
    Eventually.holds(
        "a record", LIMIT, () -> nodes.stream().anyMatch(node -> node.log().contains(set)));
    nodes.stream().filter(node -> node.log().contains(set)).findFirst().orElseThrow().kill();

    awaitEverywhere("any." + Bind.ZONE);
    awaitGone(CHALLENGE);
    assertThat(authority.issued()).isEqualTo(1);
    long orders = logs().lines().filter(line -> line.contains("ordered as")).count();
    assertThat(orders).isEqualTo(1);
    Eventually.becomes(
        LIMIT, this::logs, logs -> logs.contains("record " + CHALLENGE + " is removed"));
  }
}
