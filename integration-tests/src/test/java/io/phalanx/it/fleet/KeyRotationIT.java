package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.Load;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet of three processes that gets another key, as docs/fleet.md has it, and never stops. */
class KeyRotationIT {
  private static final int NODES = 3;
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final Client client = new Client();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final FleetKey old = FleetKey.generate();
  private final FleetKey next = FleetKey.generate();
  private Origin one;
  private Origin two;
  private FleetLayout fleet;
  private List<Integer> ports;

  @BeforeEach
  void startThreeNodes() throws Exception {
    one = Origin.start("one");
    two = Origin.start("two");
    fleet = new FleetLayout(directory, NODES);
    ports = fleet.ports();
    routes("first");
    for (int i = 0; i < NODES; i++) {
      old.write(keyFile(i));
      nodes.add(start(i));
      client.await(ports.get(i), "/first", "one", START_LIMIT);
    }
  }

  private Path keyFile(int node) {
    return directory.resolve("key-" + node);
  }

  private void routes(String path) throws IOException {
    Files.writeString(
        directory.resolve("routes.yml"),
        """
        http:
          routers:
            signed: {rule: "Path(`/signed`)", service: signed}
            path: {rule: "Path(`/%s`)", service: one}
          services:
            one: {loadBalancer: {servers: [{url: "%s"}]}}
            signed: {loadBalancer: {sticky: {cookie: {name: srv, signed: true}}, servers: [{url: "%2$s"}, {url: "%s"}]}}
        """
            .formatted(path, one.url(), two.url()));
  }

  private NodeProcess start(int node) throws IOException {
    return fleet.start(
        node,
        nodes.isEmpty(),
        keyFile(node),
        List.of(
            "--providers.file.filename=" + directory.resolve("routes.yml"),
            "--providers.providersThrottleDuration=100ms"));
  }

  private String ask(int node, String command) throws IOException {
    return fleet.ask(node, command);
  }

  /** Gives a node these keys, and waits until every node sees that it has them. */
  private void give(int node, FleetKey... keys) throws Exception {
    String text = Stream.of(keys).map(key -> key.text() + '\n').collect(Collectors.joining());
    Files.writeString(keyFile(node), text);
    nodes.get(node).signal("HUP");
    String ids = ", keys " + Stream.of(keys).map(FleetKey::id).collect(Collectors.joining(" "));
    String name = fleet.name(node);
    for (int asked = 0; asked < NODES; asked++) {
      awaitLine(asked, name, ids);
    }
  }

  private void awaitLine(int asked, String begin, String end) throws Exception {
    Eventually.becomes(
        SOON,
        () -> ask(asked, "fleet members"),
        members -> members.lines().anyMatch(line -> line.startsWith(begin) && line.endsWith(end)));
  }

  private HttpResponse<String> signed(int node, String cookie) throws Exception {
    return client.get(ports.get(node), "/signed", Map.of("Cookie", cookie));
  }

  private static Optional<String> cookie(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("Set-Cookie")
        .map(line -> line.substring(0, line.indexOf(';')));
  }

  @AfterEach
  void endAll() {
    nodes.forEach(NodeProcess::close);
    client.close();
    one.close();
    two.close();
  }

  @Test
  void aKeyIsChangedWithoutAStop() throws Exception {
    Load load = Load.on(client, ports, "/signed", 1);
    HttpResponse<String> first = client.get(ports.getFirst(), "/signed");
    String server = first.body();
    String cookie = cookie(first).orElseThrow();

    for (int node = 0; node < NODES; node++) {
      give(node, old, next);
    }
    for (int node = 0; node < NODES; node++) {
      give(node, next, old);
      for (int asked = 0; asked < NODES; asked++) {
        assertThat(signed(asked, cookie).body()).isEqualTo(server);
      }
    }
    String renewed = cookie(signed(1, cookie)).orElseThrow();
    assertThat(renewed).isNotEqualTo(cookie);
    for (int node = 0; node < NODES; node++) {
      give(node, next);
    }
    for (int asked = 0; asked < NODES; asked++) {
      HttpResponse<String> answer = signed(asked, renewed);
      assertThat(answer.body()).isEqualTo(server);
      assertThat(cookie(answer)).isEmpty();
      assertThat(cookie(signed(asked, cookie))).as("of the old key").isPresent();
      assertThat(ask(asked, "fleet status")).contains("members: 3 of 3 here");
    }
    assertThat(load.stop()).isEmpty();

    // A node that starts now has the new key alone, and reads what it kept under the old one.
    nodes.get(2).stop();
    nodes.set(2, start(2));
    client.await(ports.get(2), "/first", "one", START_LIMIT);
    assertThat(ask(2, "config diff 1 2")).contains("/first");
    assertThat(signed(2, renewed).body()).isEqualTo(server);
    routes("second");
    for (int port : ports) {
      client.await(port, "/second", "one", SOON);
    }
    assertThat(ask(0, "fleet status")).contains("members: 3 of 3 here");
    assertThat(nodes).allSatisfy(node -> assertThat(node.log()).doesNotContain(next.text()));
  }

  @Test
  void aKeyThatNobodyElseHasIsRefused() throws Exception {
    Files.writeString(keyFile(1), next.text() + '\n');
    nodes.get(1).signal("HUP");

    Eventually.holds(
        "it is refused",
        SOON,
        () -> nodes.get(1).log().contains("the fleet keys stay as they were: none of these keys"));
    awaitLine(0, fleet.name(1), ", keys " + old.id());
  }
}
