package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Load;
import io.phalanx.it.harness.Origin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members that die or stop under load: the others answer every request, and one of them runs the
 * provider in time.
 */
class LostMembersIT {
  private static final Duration AFTER_A_CRASH = Duration.ofSeconds(5);
  private static final Duration AFTER_A_FAREWELL = Duration.ofSeconds(1);

  @TempDir private Path directory;

  private final Client client = new Client();
  private Origin one;
  private Origin two;
  private Origin serving;
  private RelayedNodes nodes;

  @BeforeEach
  void startThreeNodes() throws Exception {
    one = Origin.start("one");
    two = Origin.start("two");
    serving = one;
    nodes = RelayedNodes.start(directory, client, routes(one), "one");
  }

  private static String routes(Origin origin) {
    return """
    http:
      routers: {app: {rule: "PathPrefix(`/`)", service: app}}
      services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
    """
        .formatted(origin.url());
  }

  @AfterEach
  void endAll() throws Exception {
    nodes.close();
    client.close();
    one.close();
    two.close();
  }

  private String body() {
    return serving == one ? "one" : "two";
  }

  /** How a member goes. */
  private interface End {
    void of(int node) throws Exception;
  }

  /**
   * Times from when a member goes.
   *
   * @param takenOver until another one runs the provider; zero if the member did not
   * @param changed until a change of the file is served by both others
   */
  private record Times(Duration takenOver, Duration changed) {}

  /** The others answer all requests meanwhile. */
  private Times lose(int lost, End end) throws Exception {
    List<Integer> others = nodes.portsWithout(lost);
    boolean held = nodes.holder() == lost;
    long epoch = nodes.epoch(nodes.holder());
    Load load = Load.on(client, others, "/", 1);
    long start = System.nanoTime();
    var going =
        new FutureTask<Void>(
            () -> {
              end.of(lost);
              return null;
            });
    Thread.ofVirtual().start(going);
    serving = serving == one ? two : one;
    nodes.write(routes(serving));
    Duration takenOver = held ? awaitLaterThan(epoch, start) : Duration.ZERO;
    for (int port : others) {
      client.await(port, "/", body(), Duration.ofSeconds(30));
    }
    var times = new Times(takenOver, Duration.ofNanos(System.nanoTime() - start));
    going.get();
    assertThat(load.stop()).isEmpty();
    assertThat(load.answers()).isPositive();
    assertThat(nodes.epoch(nodes.holder()) > epoch).isEqualTo(held);
    return times;
  }

  private Duration awaitLaterThan(long epoch, long start) throws InterruptedException {
    while (nodes.epoch(nodes.holder()) <= epoch) {
      TimeUnit.MILLISECONDS.sleep(5);
      assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(30).toNanos());
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void aKilledMemberCostsTheOthersNothingAndItsLeaseIsTakenOverInTime() throws Exception {
    // The oldest, which leads the cluster and runs the provider; then whoever runs it, who is not
    // the oldest; then one that does neither.
    assertThat(nodes.holder()).isZero();
    for (int round = 0; round < 3; round++) {
      int holder = nodes.holder();
      int lost = round < 2 ? holder : (holder + 1) % RelayedNodes.NODES;

      Times times = lose(lost, nodes::kill);

      System.out.println("node " + lost + " killed: " + times);
      assertThat(times.changed()).isLessThan(AFTER_A_CRASH);
      nodes.restart(lost, body());
    }
  }

  @Test
  void aMemberThatStopsHandsItsLeaseOverAtOnce() throws Exception {
    int holder = nodes.holder();
    Times stopped = lose(holder, node -> nodes.node(node).stop());
    System.out.println("stopped: " + stopped);
    nodes.relay().gone(holder);
    nodes.restart(holder, body());

    int leaving = nodes.holder();
    assertThat(leaving).isNotEqualTo(holder);
    Times left = lose(leaving, node -> nodes.ask(node, "fleet leave"));
    System.out.println("left: " + left);

    for (Times times : List.of(stopped, left)) {
      assertThat(times.takenOver()).isLessThan(AFTER_A_FAREWELL);
      assertThat(times.changed()).isLessThan(AFTER_A_CRASH);
    }
  }
}
