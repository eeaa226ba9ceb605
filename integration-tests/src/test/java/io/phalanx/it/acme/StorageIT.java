package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.acme.Gate.Step;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose disks are full. */
class StorageIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir private Path directory;

  private static String refusal(NodeProcess node) {
    return node.log()
        .lines()
        .filter(line -> line.contains("cannot be written"))
        .findFirst()
        .orElse("");
  }

  @Test
  void nothingIsOrderedWithoutRoomAndItGoesOnWhenThereIsSome() throws Exception {
    List<Integer> ports = Ports.free(2);
    var layout =
        new ResolverNode(
            directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), List.of());
    try (Origin origin = Origin.start("origin");
        var authority =
            new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1)).start();
        var gate = new Gate(authority)) {
      var routes = new Routes(directory.resolve("routes.yml"), origin);
      routes.want("web", "first");
      try (NodeProcess node =
          layout.startBy(LittleRoom.command(layout.data()), gate, routes.file())) {
        Eventually.holds("the first one", LIMIT, layout.site("first.test")::isIssued);
        BigInteger first = layout.site("first.test").shown().getSerialNumber();

        // The authority does not answer until the disk is full.
        gate.inject(exchange -> Step.NEW_ORDER.isAt(exchange.getRequestURI().getPath()));
        routes.want("web", "second");
        Eventually.becomes(LIMIT, node::log, log -> log.contains("cannot be used now"));
        LittleRoom.fill(node, layout.data());
        gate.inject(_ -> false);

        Eventually.becomes(LIMIT, node::log, _ -> !refusal(node).isEmpty());
        assertThat(refusal(node))
            .contains("No space left on device", layout.data().toString(), ".document");
        assertThat(layout.site("first.test").shown().getSerialNumber()).isEqualTo(first);
        assertThat(layout.site("first.test").status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(gate.book().placed()).isEqualTo(1);

        try (Stream<Path> files = Files.walk(LittleRoom.seenBy(node, layout.data()))) {
          assertThat(files.filter(file -> file.toString().endsWith(".new"))).isEmpty();
        }

        LittleRoom.makeRoom(node, layout.data());
        Eventually.holds("the second one", LIMIT, layout.site("second.test")::isIssued);
        assertThat(gate.book().placed()).isEqualTo(2);
        assertThat(layout.site("first.test").shown().getSerialNumber()).isEqualTo(first);
        assertThat(node.log().lines().filter(line -> line.contains("cannot be written")))
            .as("told once")
            .hasSize(1);
        assertThat(node.log()).doesNotContain("\tat ");
      }
    }
  }

  private static long told(NodeProcess node, String line) {
    return node.log().lines().filter(one -> one.contains(line)).count();
  }

  private static void awaitWritten(ResolverFleet fleet, int node) throws Exception {
    LittleRoom.makeRoom(fleet.node(node), fleet.layout(node).data());
    Eventually.becomes(LIMIT, fleet.node(node)::log, log -> log.contains("has all again"));
  }

  @Test
  void aMemberWithoutRoomServesWhatTheOthersKeep() throws Exception {
    try (ResolverFleet fleet = ResolverFleet.startInLittleRooms(directory, Pebble.Making.USUAL)) {
      fleet.want("web", List.of("first"));
      fleet.awaitEverywhere("first");
      int holder = fleet.holder("web");
      int full = (holder + 1) % ResolverFleet.NODES;
      fleet.authority().resolve("second.test", fleet.layout(full).address());
      LittleRoom.fill(fleet.node(full), fleet.layout(full).data());

      fleet.want("web", List.of("second"));
      fleet.awaitEverywhere("second");

      assertThat(fleet.holder("web")).isEqualTo(holder);
      assertThat(fleet.authority().issued()).isEqualTo(2);
      assertThat(told(fleet.node(full), "is served from memory")).isOne();
      assertThat(fleet.node(full).log()).doesNotContain("ERROR").doesNotContain("\tat ");
      assertThat(fleet.status(full))
          .contains("trouble: what the fleet agrees on is not written: ", "No space left");

      awaitWritten(fleet, full);
      assertThat(fleet.status(full)).doesNotContain("trouble");
      // There is no majority now without its disk, and what the ledger names must be on it.
      fleet.kill((holder + 2) % ResolverFleet.NODES);
      fleet.authority().resolve("third.test", fleet.layout(full).address());
      fleet.want("web", List.of("third"));
      fleet.awaitEverywhere("third");
    }
  }

  @Test
  void aHolderWithoutRoomLeavesTheOrdersToOthers() throws Exception {
    try (ResolverFleet fleet = ResolverFleet.startInLittleRooms(directory, Pebble.Making.USUAL)) {
      fleet.want("web", List.of("first"));
      fleet.awaitEverywhere("first");
      int full = fleet.holder("web");
      LittleRoom.fill(fleet.node(full), fleet.layout(full).data());

      fleet.want("web", List.of("second"));
      fleet.awaitEverywhere("second");

      assertThat(fleet.holder("web")).isNotEqualTo(full);
      assertThat(fleet.authority().issued()).isEqualTo(2);
      assertThat(told(fleet.node(full), "is served from memory")).isOne();
      assertThat(fleet.node(full).log()).doesNotContain("ERROR").doesNotContain("\tat ");

      awaitWritten(fleet, full);
    }
  }
}
