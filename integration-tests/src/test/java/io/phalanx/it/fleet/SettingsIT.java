package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.Load;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.NodeProcess.Outcome;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fleet's static settings, changed while it runs. Three nodes as processes: the first has a
 * file, the others an address and a key (and, since all are on one machine, addresses of their own
 * for the entry point that all have).
 */
class SettingsIT {
  private static final int NODES = 3;
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final Client client = new Client();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private Origin one;
  private Origin two;
  private FleetLayout fleet;
  private List<Integer> ports;
  private List<Integer> more;

  @BeforeEach
  void startThreeNodes() throws Exception {
    one = Origin.start("one");
    two = Origin.start("two");
    fleet = new FleetLayout(directory, NODES);
    ports = fleet.ports();
    more = Ports.free(2);
    FleetKey.generate().write(directory.resolve("fleet.key"));
    routes("one.yml", one);
    routes("two.yml", two);
    Path file = Files.copy(settings("", "one.yml"), directory.resolve("of-the-first.yml"));
    for (int i = 0; i < NODES; i++) {
      nodes.add(start(i, i == 0 ? List.of("--configFile=" + file) : List.of()));
      client.await(ports.get(i), "/", "one", START_LIMIT);
    }
  }

  private void routes(String file, Origin origin) throws IOException {
    Files.writeString(
        directory.resolve(file),
        """
        http:
          routers: {app: {rule: "PathPrefix(`/`)", service: app}}
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
        """
            .formatted(origin.url()));
  }

  /** All of the fleet's settings; the address of {@code web} is each node's own here. */
  private Path settings(String further, String routes) throws IOException {
    return Files.writeString(
        directory.resolve("phalanx.yml"),
        """
        entryPoints:
          web: {address: "127.0.0.1:1", transport: {respondingTimeouts: {readTimeout: 50s}}}
        """
            + further.indent(2)
            + """
            providers:
              providersThrottleDuration: 100ms
              file: {filename: %s}
            """
                .formatted(directory.resolve(routes)));
  }

  private NodeProcess start(int node, List<String> further) throws Exception {
    return fleet.start(node, nodes.isEmpty(), directory.resolve("fleet.key"), further);
  }

  private String ask(int node, String command) throws IOException {
    return fleet.ask(node, command);
  }

  private Outcome apply(int node, Path file) throws Exception {
    return NodeProcess.run(
        List.of("config", "apply", "--dataDir=" + fleet.data(node), file.toString()));
  }

  private void applied(int node, Path file, int revision) throws Exception {
    Outcome outcome = apply(node, file);
    assertThat(outcome.text()).startsWith("revision " + revision + " has these settings");
    assertThat(outcome.exitCode()).isZero();
  }

  /** Several nodes on one machine share its port, as nodes on several machines need not. */
  private static String extra(int port, String options) {
    return "extra: {address: \"127.0.0.1:%d\", reusePort: true%s}\n".formatted(port, options);
  }

  @AfterEach
  void endAll() {
    nodes.forEach(NodeProcess::close);
    client.close();
    one.close();
    two.close();
  }

  @Test
  void entryPointsComeMoveChangeAndGoOnAllMembersAndNoRequestIsLost() throws Exception {
    Load load = Load.on(client, ports, "/", 2);

    applied(1, settings(extra(more.get(0), ""), "one.yml"), 3);
    client.await(more.get(0), "/", "one", SOON);
    assertThat(nodes)
        .allSatisfy(
            node -> Eventually.holds("log", SOON, () -> node.log().contains("extra listens")));

    // What is on its way stays until it has its answer.
    one.holdBack();
    CompletableFuture<String> slow =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return client.get(more.get(0), "/slow").body();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    long before = one.requests();
    Eventually.holds("the slow request is there", SOON, () -> one.requests() > before);
    applied(2, settings(extra(more.get(1), ""), "one.yml"), 4);
    Eventually.holds("the new address", SOON, () -> Ports.listens(more.get(1)));
    Eventually.holds("the old one is closed", SOON, () -> !Ports.listens(more.get(0)));
    one.letGo();
    assertThat(slow.get(20, TimeUnit.SECONDS)).isEqualTo("one");

    String bounded = extra(more.get(1), ", http: {maxHeaderBytes: 2048}");
    applied(0, settings(bounded, "one.yml").toAbsolutePath(), 5);
    String long3k = "x".repeat(3000);
    Eventually.holds(
        "the bound of heads",
        SOON,
        () -> client.get(more.get(1), "/?" + long3k).statusCode() == 431);
    applied(0, settings("", "one.yml"), 6);
    Eventually.holds("all are closed", SOON, () -> !Ports.listens(more.get(1)));

    assertThat(load.stop()).isEmpty();
    assertThat(load.answers()).isPositive();
    assertThat(ask(1, "config history").lines().toList().getLast())
        .endsWith("settings on " + fleet.name(0));
    assertThat(apply(1, directory.resolve("phalanx.yml")).text())
        .isEqualTo("the fleet has these settings already");
  }

  @Test
  void optionsOfWhatServesChangeUnderLoad() throws Exception {
    Load load = Load.on(client, ports, "/", 2);

    for (int i = 0; i < 6; i++) {
      Path file = settings("", "one.yml");
      Files.writeString(
          file,
          Files.readString(file).replace("readTimeout: 50s", "readTimeout: " + (20 + i) + "s")
              + "log: {level: "
              + (i < 5 ? "INFO" : "WARN, format: json")
              + "}\n"
              + "accessLog: {filePath: access-"
              + i % 3
              + ".log}\n");
      applied(i % NODES, file, 3 + i);
      for (int node = 0; node < NODES; node++) {
        Path log = directory.resolve("node-" + node).resolve("access-" + i % 3 + ".log");
        Eventually.holds("the access log", SOON, () -> Files.exists(log) && Files.size(log) > 0);
      }
    }

    assertThat(load.stop()).isEmpty();
    assertThat(nodes.get(2).log())
        .contains("revision 7 (", "INFO  entry point web has other options")
        .doesNotContain("revision 8 (");
    for (int node = 1; node < NODES; node++) {
      assertThat(ask(node, "fleet status")).doesNotContain("drift", "trouble", "restart");
    }
    assertThat(ask(0, "fleet status"))
        .endsWith(
            "drift, was given otherwise than the fleet has it:"
                + " entryPoints.web.transport.respondingTimeouts.readTimeout");
  }

  @Test
  void whatOneMemberCannotServeChangesNothingAnywhere() throws Exception {
    Path file;
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      file =
          settings("extra: {address: \"127.0.0.1:%d\"}".formatted(taken.getLocalPort()), "two.yml");

      Outcome outcome = apply(1, file);

      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.text())
          .matches(
              "(?s).*member 127\\.0\\.0\\.1:\\d+ cannot serve it: entry point extra cannot listen"
                  + " on /127\\.0\\.0\\.1:"
                  + taken.getLocalPort()
                  + ": Address already in use.*");
    }
    for (int node = 0; node < NODES; node++) {
      assertThat(ask(node, "fleet status")).contains("revision: 2 ");
      assertThat(client.get(ports.get(node), "/").body()).isEqualTo("one");
    }
    Files.writeString(file, "entryPoints: {web: {adress: \":1\"}}\n");
    Outcome mistaken = apply(1, file);
    assertThat(mistaken.text())
        .contains("phalanx.yml:1: entryPoints.web.adress: unknown key; did you mean \"address\"?");
    assertThat(mistaken.exitCode()).isEqualTo(2);
  }

  @Test
  void providersAreTheFleetsAndChangeWithItsSettings() throws Exception {
    applied(2, settings("", "two.yml"), 3);
    for (int port : ports) {
      client.await(port, "/", "two", SOON);
    }
    // Whoever is left runs it, although only the first node was ever given it.
    nodes.get(0).stop();
    routes("two.yml", one);
    client.await(ports.get(1), "/", "one", SOON);

    Path file = settings("", "two.yml");
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.indexOf("providers:")));
    apply(1, file);

    Eventually.holds(
        "nothing is routed", SOON, () -> client.get(ports.get(2), "/").statusCode() == 404);
    routes("two.yml", two);
    assertThat(ask(2, "config show")).doesNotContain("http://");
    assertThat(apply(2, settings("", "two.yml")).exitCode()).isZero();
    client.await(ports.get(2), "/", "two", SOON);
  }

  @Test
  void everyNodeTellsHowAllStand() throws Exception {
    Path file = settings("", "one.yml");
    Files.writeString(file, Files.readString(file) + "metrics: {prometheus: {entryPoint: web}}\n");
    applied(1, file, 3);
    Eventually.holds(
        "all wait for a restart",
        SOON,
        () ->
            ask(2, "fleet members").lines().filter("  after restart: metrics"::equals).count()
                == 3);
    assertThat(nodes)
        .allSatisfy(
            node ->
                assertThat(node.log())
                    .contains("served after a restart of this node only: metrics"));
    assertThat(ask(0, "fleet status")).contains("after restart: metrics");
    assertThat(ask(0, "fleet status --json")).contains("\"afterRestart\" : [ \"metrics\" ]");

    // A node that comes with other settings says so, and serves the fleet's.
    nodes.get(1).stop();
    assertThat(ask(0, "fleet members").lines().filter(line -> line.contains(" away"))).hasSize(1);
    Path own = directory.resolve("own.yml");
    Files.writeString(
        own, "entryPoints: {web: {transport: {respondingTimeouts: {readTimeout: 7s}}}}\n");
    Files.writeString(own, "ping: {entryPoint: web}\n" + Files.readString(own));
    nodes.set(1, start(1, List.of("--configFile=" + own)));
    client.await(ports.get(1), "/", "one", START_LIMIT);
    String drift =
        "  drift, was given otherwise than the fleet has it:"
            + " entryPoints.web.transport.respondingTimeouts.readTimeout, ping";
    assertThat(ask(2, "fleet members").lines()).contains(drift);
    assertThat(nodes.get(1).log()).contains("this node was given otherwise than the fleet has it");
    assertThat(ask(1, "config show")).contains("\"readTimeout\" : \"50s\"");
    String metrics = client.get(ports.get(1), "/metrics").body();
    assertThat(metrics)
        .contains("phalanx_drift{kind=\"settings\"} 2", "phalanx_drift{kind=\"revisions\"} 0")
        .contains("phalanx_settings_after_restart 0", "phalanx_revision 3");

    // It is mended, noticed, and read.
    Files.writeString(own, "{}\n");
    assertThat(ask(2, "fleet members"))
        .contains("drift, what it is given changed since it was read; SIGHUP has it read");
    nodes.get(1).signal("HUP");
    Eventually.holds("nothing differs", SOON, () -> !ask(2, "fleet members").contains("drift"));
    assertThat(ask(2, "fleet members --json")).contains("\"drift\" : [ ]", "\"revision\" : 3");

    // One that hangs is shown as such.
    nodes.get(1).signal("STOP");
    assertThat(ask(2, "fleet members")).contains("does not answer: no answer within 2000 ms");
    nodes.get(1).signal("CONT");
  }
}
