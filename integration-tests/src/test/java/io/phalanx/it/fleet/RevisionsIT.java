package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Load;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of configurations when members die, leave, or all are gone; as processes. */
class RevisionsIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private final Client client = new Client();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private Origin one;
  private Origin two;
  private FleetLayout fleet;
  private List<Integer> ports;

  @BeforeEach
  void startThreeNodes() throws Exception {
    one = Origin.start("one");
    two = Origin.start("two");
    fleet = new FleetLayout(directory, 3);
    ports = fleet.ports();
    FleetKey.generate().write(directory.resolve("fleet.key"));
    route(one);
    for (int i = 0; i < 3; i++) {
      nodes.add(start(i, i == 0));
      client.await(ports.get(i), "/", "one", START_LIMIT);
    }
  }

  private NodeProcess start(int node, boolean founds) throws Exception {
    return fleet.start(
        node,
        founds,
        directory.resolve("fleet.key"),
        List.of(
            "--providers.file.filename=" + directory.resolve("routes.yml"),
            "--providers.providersThrottleDuration=100ms"));
  }

  private void route(Origin origin) throws IOException {
    TextFile.replace(
        directory.resolve("routes.yml"),
        """
        http:
          routers: {app: {rule: "PathPrefix(`/`)", service: app}}
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
        """
            .formatted(origin.url()));
  }

  private String ask(int node, String command) throws IOException {
    return fleet.ask(node, command);
  }

  private void awaitEverywhere(String text) throws Exception {
    for (int i = 0; i < 3; i++) {
      client.await(ports.get(i), "/", text, SOON);
    }
  }

  @AfterEach
  void endAll() {
    nodes.forEach(NodeProcess::close);
    client.close();
    one.close();
    two.close();
  }

  @Test
  void aRollbackHoldsUntilProvidersMayGoOn() throws Exception {
    route(two);
    awaitEverywhere("two");
    String before = ask(1, "fleet status").lines().toList().get(1);
    assertThat(before).startsWith("revision: 3 ");
    assertThat(ask(1, "config diff 2 3"))
        .contains("-", one.url().toString())
        .contains("+", two.url().toString());

    assertThat(ask(1, "config diff 2")).isEqualTo(ask(1, "config diff 2 3"));
    assertThat(ask(1, "config diff 2 --json"))
        .contains("\"from\" : 2", "\"to\" : 3", "\"lines\" : [");

    assertThat(ask(2, "config rollback 2"))
        .startsWith("revision 4 serves what revision 2 had; providers are held back");
    awaitEverywhere("one");
    assertThat(ask(0, "fleet status")).contains("rolled back to 2");
    assertThat(ask(0, "config history").lines().toList().getLast())
        .contains("rollback to 2 on " + fleet.name(2));

    // What providers read meanwhile does not undo it.
    route(one);
    route(two);
    assertThat(ask(1, "config resume")).isEqualTo("providers go on");
    awaitEverywhere("two");
    assertThat(ask(1, "config resume")).isEqualTo("nothing was held back");

    assertThatThrownBy(() -> ask(1, "config rollback 99"))
        .hasMessage("revision 99 is not there; `phalanx config history` lists those that are");
    assertThatThrownBy(() -> ask(1, "config rollback x"))
        .hasMessage("the number of a revision is needed");
  }

  @Test
  void aFleetThatLostPowerServesWithoutItsProvidersFile() throws Exception {
    route(two);
    awaitEverywhere("two");
    for (NodeProcess node : nodes) {
      node.kill();
    }
    nodes.clear();
    Files.delete(directory.resolve("routes.yml"));

    nodes.add(start(0, false));
    client.await(ports.get(0), "/", "two", START_LIMIT);
    assertThat(ask(0, "fleet status"))
        .contains("members: 1 of 3 here, no majority: nothing can be changed");
    nodes.add(start(1, false));
    nodes.add(start(2, false));
    awaitEverywhere("two");
    assertThat(ask(2, "fleet members").lines()).hasSize(3).allMatch(line -> line.contains("here"));
  }

  @Test
  void aMemberThatLeavesIsKnownNoMoreAndNobodyNotices() throws Exception {
    Load load = Load.on(client, ports.subList(0, 2), "/", 1);

    assertThat(ask(2, "fleet leave"))
        .isEqualTo("this node belongs to the fleet no more, and stops");
    assertThat(nodes.get(2).exitCode()).isZero();

    assertThat(ask(0, "fleet members").lines()).hasSize(2);
    String gone = fleet.name(1);
    assertThatThrownBy(() -> ask(0, "fleet forget " + gone)).hasMessageContaining("is here");
    route(two);
    client.await(ports.get(0), "/", "two", SOON);
    assertThat(load.stop()).isEmpty();
  }
}
