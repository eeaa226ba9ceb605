package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.Load;
import io.phalanx.it.harness.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that are cut off or hang, and are there again: what each side does, and afterwards. */
class CutMembersIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration FROZEN = Duration.ofSeconds(30);

  @TempDir private Path directory;

  private final Client client = new Client();
  private Origin one;
  private Origin two;
  private RelayedNodes nodes;

  @BeforeEach
  void startThreeNodes() throws Exception {
    one = Origin.start("one");
    two = Origin.start("two");
    nodes = RelayedNodes.start(directory, client, routes(one, "first"), "one");
  }

  /** With a router of that name, by which revisions can be told apart. */
  private static String routes(Origin origin, String name) {
    return """
    http:
      routers:
        app: {rule: "PathPrefix(`/`)", service: app}
        %s: {rule: "Path(`/%s`)", service: app}
      services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
    """
        .formatted(name, name, origin.url());
  }

  @AfterEach
  void endAll() throws Exception {
    nodes.close();
    client.close();
    one.close();
    two.close();
  }

  /** As `config history` has it, which is the same text for the same history. */
  private String history(int node) throws IOException {
    return nodes.ask(node, "config history");
  }

  private void awaitOneHistory() throws Exception {
    Eventually.holds(
        "one history", SOON, () -> history(0).equals(history(1)) && history(1).equals(history(2)));
    Eventually.holds("one fleet", SOON, () -> isTogether(0) && isTogether(1) && isTogether(2));
  }

  private boolean isTogether(int node) throws IOException {
    return nodes.ask(node, "fleet status").contains("members: 3 of 3 here");
  }

  private void awaitSilentSplit(int alone) throws Exception {
    nodes.relay().isolate(alone);
    Eventually.holds(
        "the split", SOON, () -> nodes.ask(alone, "fleet status").contains("members: 1 of 3 here"));
    for (int node = 0; node < RelayedNodes.NODES; node++) {
      if (node != alone) {
        int other = node;
        Eventually.holds(
            "the split",
            SOON,
            () -> nodes.ask(other, "fleet status").contains("members: 2 of 3 here"));
      }
    }
  }

  @Test
  void ofTwoSidesTheLargerOneGoesOnAndTheOtherServesAndRefusesChanges() throws Exception {
    int alone = nodes.holder(); // Its provider must stop, and another one's must start.
    List<Integer> others = nodes.portsWithout(alone);
    String before = history(alone);
    Load load = Load.on(client, others, "/", 1);
    Load loadAlone = Load.on(client, List.of(nodes.port(alone)), "/", 1);
    awaitSilentSplit(alone);

    nodes.write(routes(two, "second"));
    for (int port : others) {
      client.await(port, "/", "two", SOON);
    }
    assertThatThrownBy(() -> nodes.ask(alone, "config rollback 1"))
        .hasMessageContaining("no majority: 1 of 3 known members are here");
    assertThat(client.get(nodes.port(alone), "/").body()).isEqualTo("one");
    assertThat(history(alone)).isEqualTo(before);

    nodes.relay().heal();
    client.await(nodes.port(alone), "/", "two", SOON);
    awaitOneHistory();
    assertThat(history(alone)).startsWith(before);

    nodes.write(routes(one, "third"));
    for (int node = 0; node < RelayedNodes.NODES; node++) {
      client.await(nodes.port(node), "/", "one", SOON);
    }
    awaitOneHistory();
    assertThat(load.stop()).isEmpty();
    assertThat(loadAlone.stop()).isEmpty();
  }

  @Test
  void aMemberThatIsStartedWhileItIsCutOffServesWhatItHas() throws Exception {
    int alone = (nodes.holder() + 1) % RelayedNodes.NODES;
    nodes.kill(alone);
    nodes.relay().isolate(alone);
    nodes.restart(alone, "one");
    assertThat(nodes.ask(alone, "fleet status"))
        .contains("members: 1 of 3 here, no majority: nothing can be changed");

    nodes.write(routes(two, "second"));
    for (int port : nodes.portsWithout(alone)) {
      client.await(port, "/", "two", SOON);
    }
    nodes.relay().heal();
    client.await(nodes.port(alone), "/", "two", SOON);
    awaitOneHistory();
  }

  @Test
  void aHolderThatHungComesBackInTheSameProcessAndWithoutAnEffect() throws Exception {
    int frozen = nodes.holder();
    long epoch = nodes.epoch(frozen);
    long pid = nodes.node(frozen).pid();
    List<Integer> others = nodes.portsWithout(frozen);
    Load load = Load.on(client, others, "/", 1);
    // What it has read and not published yet when it stops is its late publication.
    nodes.write(routes(one, "late"));
    nodes.node(frozen).freeze();
    long start = System.nanoTime();
    Eventually.holds("another holder", SOON, () -> nodes.epoch(nodes.holder()) > epoch);
    int holder = nodes.holder();
    Duration takenOver = Duration.ofNanos(System.nanoTime() - start);
    System.out.println("frozen, taken over after " + takenOver);
    nodes.write(routes(two, "second"));
    for (int port : others) {
      client.await(port, "/", "two", SOON);
    }
    TimeUnit.NANOSECONDS.sleep(FROZEN.toNanos() - (System.nanoTime() - start));
    nodes.node(frozen).thaw();

    client.await(nodes.port(frozen), "/", "two", SOON);
    awaitOneHistory();
    assertThat(nodes.node(frozen).pid()).isEqualTo(pid);
    assertThat(nodes.node(frozen).isAlive()).isTrue();
    assertThat(load.stop()).isEmpty();
    // Behind the first one of the new holder's nothing is the frozen one's.
    String since =
        history(holder).substring(history(holder).indexOf("file on " + nodes.name(holder)));
    assertThat(since).doesNotContain("file on " + nodes.name(frozen));
    assertThat(client.get(nodes.port(holder), "/").body()).isEqualTo("two");
    assertThat(takenOver).isLessThan(Duration.ofSeconds(8));
  }
}
