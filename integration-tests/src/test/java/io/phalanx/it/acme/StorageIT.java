package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.acme.Gate.Step;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk is full. */
class StorageIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Runs what follows where a small file system is in the place of a directory. */
  private static final String IN_LITTLE_ROOM =
      "mount -t tmpfs -o size=2m tmpfs \"$1\" && shift && exec \"$@\"";

  @TempDir private Path directory;

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[1 << 12]);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

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
    Files.createDirectories(layout.data());
    var inLittleRoom =
        List.of(
            "unshare",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            IN_LITTLE_ROOM,
            "sh",
            layout.data().toString());
    try (Origin origin = Origin.start("origin");
        var authority =
            new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1)).start();
        var gate = new Gate(authority)) {
      var routes = new Routes(directory.resolve("routes.yml"), origin);
      routes.want("web", "first");
      try (NodeProcess node = layout.startBy(inLittleRoom, gate, routes.file())) {
        Eventually.holds("the first one", LIMIT, layout.site("first.test")::isIssued);
        BigInteger first = layout.site("first.test").shown().getSerialNumber();

        // The authority does not answer until the disk is full.
        gate.inject(exchange -> Step.NEW_ORDER.isAt(exchange.getRequestURI().getPath()));
        routes.want("web", "second");
        Eventually.becomes(LIMIT, node::log, log -> log.contains("cannot be used now"));
        Path filler =
            Path.of("/proc", Long.toString(node.pid()), "root", layout.data() + "/filler");
        fill(filler);
        gate.inject(_ -> false);

        Eventually.becomes(LIMIT, node::log, _ -> !refusal(node).isEmpty());
        assertThat(refusal(node))
            .contains("No space left on device", layout.data().toString(), ".document");
        assertThat(layout.site("first.test").shown().getSerialNumber()).isEqualTo(first);
        assertThat(layout.site("first.test").status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(gate.book().placed()).isEqualTo(1);

        try (Stream<Path> files = Files.walk(filler.getParent())) {
          assertThat(files.filter(file -> file.toString().endsWith(".new"))).isEmpty();
        }

        Files.delete(filler);
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
}
