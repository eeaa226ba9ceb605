package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Load;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TextFile;
import io.phalanx.node.admin.AdminClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes as processes. All may run the file provider; whoever holds its lease does. */
class FleetIT {
  private static final int NODES = 3;
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private static final String ROUTES =
      """
      http:
        routers:
          app: {rule: "PathPrefix(`/`)", priority: 1, service: %1$s}
          limited: {rule: "Path(`/limited`)", middlewares: [ten], service: one}
          few: {rule: "Path(`/few`)", middlewares: [two], service: one}
          signed: {rule: "Path(`/signed`)", service: signed}
          user: {rule: "Path(`/user`)", service: user}
        middlewares:
          two: {inFlightReq: {amount: 2}}
          ten: {rateLimit: {average: 1, period: 1h, burst: 10}}
        services:
          one: {loadBalancer: {servers: [{url: "%2$s"}]}}
          two: {loadBalancer: {servers: [{url: "%3$s"}]}}
          signed: {loadBalancer: {sticky: {cookie: {name: srv, signed: true}}, servers: [{url: "%2$s"}, {url: "%3$s"}]}}
          user: {loadBalancer: {sticky: {source: {requestHeaderName: X-User}}, servers: [{url: "%2$s"}, {url: "%3$s"}]}}
      """;

  @TempDir private Path directory;

  private final Client client = new Client();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private Origin one;
  private Origin two;
  private List<Integer> ports;
  private List<Integer> memberPorts;

  @BeforeEach
  void startThreeNodes() throws Exception {
    one = Origin.start("one");
    two = Origin.start("two");
    List<Integer> all = Ports.free(2 * NODES + 1);
    ports = all.subList(0, NODES);
    memberPorts = all.subList(NODES, all.size());
    Files.createDirectory(directory.resolve("routes"));
    route("one");
    FleetKey.generate().write(keyFile());
    for (int i = 0; i < NODES; i++) {
      var arguments = new ArrayList<>(member(i, i == 0));
      arguments.add("--entryPoints.web.address=127.0.0.1:" + ports.get(i));
      arguments.add("--providers.file.directory=" + directory.resolve("routes"));
      arguments.add("--providers.providersThrottleDuration=100ms");
      nodes.add(NodeProcess.start(directory.resolve("node-" + i), arguments));
      client.await(ports.get(i), "/", "one", START_LIMIT);
    }
  }

  private List<String> member(int i, boolean first) {
    return List.of(
        "--fleet.bind=127.0.0.1:" + memberPorts.get(i),
        first
            ? "--fleet.bootstrap=true"
            : "--fleet.join=127.0.0.1:"
                + memberPorts.getFirst()
                + ",127.0.0.1:"
                + memberPorts.get(1),
        "--fleet.keyFile=" + keyFile());
  }

  private Path keyFile() {
    return directory.resolve("fleet.key");
  }

  private void route(String service) throws IOException {
    write(ROUTES.formatted(service, one.url(), two.url()));
  }

  private void write(String text) throws IOException {
    TextFile.replace(directory.resolve("routes").resolve("routes.yml"), text);
  }

  @AfterEach
  void endAll() {
    nodes.forEach(NodeProcess::close);
    client.close();
    one.close();
    two.close();
  }

  @Test
  void aChangeIsServedByAllWithinASecondAndNoRequestFails() throws Exception {
    Load load = Load.on(client, ports, "/", 4);

    route("two");
    long start = System.nanoTime();
    for (int port : ports) {
      client.await(port, "/", "two", Duration.ofSeconds(1));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertThat(load.stop()).isEmpty();
    assertThat(load.answers()).isPositive();
    assertThat(took).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void aKilledNodeLeavesTheOthersServingAndOneOfThemReadsTheFilesOn() throws Exception {
    Load load = Load.on(client, ports.subList(1, NODES), "/", 4);

    nodes.getFirst().kill();
    route("two");
    client.await(ports.get(1), "/", "two", Duration.ofSeconds(20));
    client.await(ports.get(2), "/", "two", Duration.ofSeconds(5));

    assertThat(load.stop()).isEmpty();
  }

  @Test
  void aNodeWithOnlyAnAddressAndAKeyServesTheSameRoutes() throws Exception {
    nodes.getFirst().stop();
    // Its member port is its own, as every machine's is; entry points and routes come from the
    // fleet: those of the first node.
    var arguments =
        List.of(
            "--fleet.bind=127.0.0.1:" + memberPorts.get(NODES),
            "--fleet.join=127.0.0.1:" + memberPorts.get(1),
            "--fleet.keyFile=" + keyFile());
    nodes.add(NodeProcess.start(directory.resolve("node-new"), arguments));

    client.await(ports.getFirst(), "/", "one", START_LIMIT);
  }

  @Test
  void ofThreeHundredRequestsOverThreeNodesTenPass() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asks = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < 300; i++) {
        int port = ports.get(i % NODES);
        asks.add(() -> client.get(port, "/limited").statusCode());
      }
      int passed = 0;
      int refused = 0;
      for (Future<Integer> status : threads.invokeAll(asks)) {
        passed += status.get() == 200 ? 1 : 0;
        refused += status.get() == 429 ? 1 : 0;
      }
      assertThat(passed).isEqualTo(10);
      assertThat(refused).isEqualTo(290);
    }
  }

  @Test
  void ofThirtyRequestsAtOneTimeOverThreeNodesTwoAreLetIn() throws Exception {
    one.holdBack();
    long before = one.requests();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var statuses = new ExecutorCompletionService<Integer>(threads);
      for (int i = 0; i < 30; i++) {
        int port = ports.get(i % NODES);
        statuses.submit(() -> client.get(port, "/few").statusCode());
      }
      for (int i = 0; i < 28; i++) {
        assertThat(statuses.take().get()).isEqualTo(429);
      }
      assertThat(one.requests()).isEqualTo(before + 2);
      one.letGo();
      assertThat(statuses.take().get()).isEqualTo(200);
      assertThat(statuses.take().get()).isEqualTo(200);
    }
    client.await(ports.getLast(), "/few", "one", Duration.ofSeconds(5));
  }

  @Test
  void aSignedCookieOfOneNodeHoldsAtEveryOne() throws Exception {
    HttpResponse<String> first = client.get(ports.getFirst(), "/signed");
    String line = first.headers().firstValue("Set-Cookie").orElseThrow();
    String cookie = line.substring(0, line.indexOf(';'));
    assertThat(cookie).matches("srv=[0-9a-f]{16}\\.[A-Za-z0-9_-]{43}");

    for (int i = 0; i < 4 * NODES; i++) {
      HttpResponse<String> next =
          client.get(ports.get(i % NODES), "/signed", Map.of("Cookie", cookie));
      assertThat(next.body()).isEqualTo(first.body());
      assertThat(next.headers().firstValue("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void learnedSessionsStayThroughAnyNodeAndWhenOneIsKilled() throws Exception {
    var servers = new ArrayList<String>();
    for (int user = 0; user < 30; user++) {
      servers.add(server(ports.get(user % NODES), user));
    }
    assertThat(servers).contains("one", "two");
    for (int user = 0; user < 30; user++) {
      for (int port : ports) {
        assertThat(server(port, user)).isEqualTo(servers.get(user));
      }
    }

    nodes.getFirst().kill();

    for (int user = 0; user < 30; user++) {
      for (int port : ports.subList(1, NODES)) {
        assertThat(server(port, user)).isEqualTo(servers.get(user));
      }
    }
  }

  private String server(int port, int user) throws Exception {
    return client.get(port, "/user", Map.of("X-User", "user-" + user)).body();
  }

  @Test
  void aBrokenFileIsReportedAndChangesNothing() throws Exception {
    write("http:\n  routers:\n    app: {rule: \"PathPrefix(`/`)\", service: [\n");
    write("http:\n  routers:\n    app: {rul: \"PathPrefix(`/`)\", service: one}\n");
    Load load = Load.on(client, ports, "/", 1);
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (nodes.stream().noneMatch(node -> node.log().contains("did you mean \"rule\""))
        && System.nanoTime() < end) {
      Thread.onSpinWait();
    }

    assertThat(nodes)
        .anyMatch(
            node ->
                node.log()
                    .contains(
                        "routes.yml:3: http.routers.app.rul: unknown key; did you mean \"rule\"?"));
    assertThat(load.stop()).isEmpty();
  }

  @Test
  void aRuleThatCannotBeServedKeepsTheLastGoodVersionAndEveryMemberNamesIt() throws Exception {
    Load load = Load.on(client, ports, "/", 1);

    write(ROUTES.formatted("two", one.url(), two.url()).replace("Path(`/limited`)", "Pth(`/`)"));

    for (int i = 0; i < NODES; i++) {
      assertThat(shownWhenItHas(i, "routes.yml:4: http.routers.limited.rule: is not served"))
          .contains("\"service\" : \"one\"");
      assertThat(client.get(ports.get(i), "/").body()).isEqualTo("one");
    }
    route("two");
    client.await(ports.get(2), "/", "two", Duration.ofSeconds(5));
    assertThat(load.stop()).isEmpty();
  }

  private String shownWhenItHas(int node, String text) throws Exception {
    Path data = directory.resolve("node-" + node).resolve("data");
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    String shown = AdminClient.ask(data, "config show");
    while (!shown.contains(text) && System.nanoTime() < end) {
      shown = AdminClient.ask(data, "config show");
    }
    assertThat(shown).contains(text);
    return shown;
  }
}
