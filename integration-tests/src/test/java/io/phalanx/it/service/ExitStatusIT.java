package io.phalanx.it.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a real process ends, by the table in docs/operations.md. */
class ExitStatusIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir private Path directory;

  private void ends(NodeProcess node, int code, String said) throws Exception {
    try (node) {
      Eventually.holds("the end of\n" + node.log(), LIMIT, () -> !node.isAlive());
      assertThat(node.exitCode()).as(node::log).isEqualTo(code);
      assertThat(node.log()).contains(said);
    }
  }

  private NodeProcess start(String... arguments) throws IOException {
    return NodeProcess.start(directory, List.of(arguments));
  }

  private String key(String name) throws Exception {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      assertThat(NodeProcess.run(List.of("fleet", "key", "--out", file.toString())).exitCode())
          .isZero();
    }
    return file.toString();
  }

  private List<String> fleet(int port, String... others) throws Exception {
    var arguments =
        new ArrayList<>(
            List.of(
                "--entryPoints.web.address=127.0.0.1:" + Ports.free(1).getFirst(),
                "--fleet.bind=127.0.0.1:" + port));
    if (List.of(others).stream().noneMatch(other -> other.startsWith("--fleet.keyFile="))) {
      arguments.add("--fleet.keyFile=" + key("fleet.key"));
    }
    arguments.addAll(List.of(others));
    return arguments;
  }

  @Test
  void mistakesInTheConfiguration() throws Exception {
    ends(start("--entryPoints.web.adress=:80"), 78, "Nothing was started");
  }

  @Test
  void aPortThatIsTaken() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ends(
          start("--entryPoints.web.address=127.0.0.1:" + taken.getLocalPort()),
          75,
          "entry point web cannot listen on /127.0.0.1:" + taken.getLocalPort());
      ends(
          NodeProcess.start(directory, fleet(taken.getLocalPort(), "--fleet.bootstrap=true")),
          75,
          "fleet.bind 127.0.0.1:" + taken.getLocalPort());
    }
  }

  @Test
  void aPortThatIsNotPermitted() throws Exception {
    // A network of its own, where low ports are for who has the right to them; and no right at all.
    var command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--map-root-user",
                "--net",
                "setpriv",
                "--bounding-set=-all",
                "--inh-caps=-all"));
    command.addAll(NodeProcess.command(NodeProcess.QUICK_START, List.of()));

    ends(
        NodeProcess.startBy(command, directory, List.of("--entryPoints.web.address=:81")),
        77,
        "Permission denied");
  }

  @Test
  void aFleetThatIsNotThere() throws Exception {
    List<Integer> ports = Ports.free(2);

    ends(
        NodeProcess.start(
            directory,
            fleet(
                ports.get(0),
                "--fleet.join=127.0.0.1:" + ports.get(1),
                "--fleet.joinTimeout=500ms")),
        69,
        "not let in within fleet.joinTimeout (0 s): no member answers at [127.0.0.1:"
            + ports.get(1));
  }

  /** Tries to join a fleet that is there. */
  private void endsAtAFounder(String option, int status, String said) throws Exception {
    List<Integer> ports = Ports.free(2);
    try (NodeProcess founder =
        NodeProcess.start(
            directory.resolve("founder"), fleet(ports.get(0), "--fleet.bootstrap=true"))) {
      Eventually.holds("the founder is up", LIMIT, () -> founder.log().contains("listens on"));

      ends(
          NodeProcess.start(
              directory,
              fleet(
                  ports.get(1),
                  "--fleet.join=127.0.0.1:" + ports.get(0),
                  "--fleet.joinTimeout=1s",
                  option)),
          status,
          said);
    }
  }

  @Test
  void aFleetThatDoesNotLetItIn() throws Exception {
    endsAtAFounder("--fleet.keyFile=" + key("other.key"), 76, "is the fleet key the same?");
  }

  @Test
  void aFleetOfAnotherName() throws Exception {
    endsAtAFounder("--fleet.name=other", 69, "it hangs, or is of a fleet of another name");
  }

  @Test
  void aMemberThatHangs() throws Exception {
    int port = Ports.free(1).getFirst();
    // Connections are made by the system, and nobody takes them.
    try (var hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      ends(
          NodeProcess.start(
              directory,
              fleet(
                  port,
                  "--fleet.join=127.0.0.1:" + hanging.getLocalPort(),
                  "--fleet.joinTimeout=1s")),
          69,
          "it hangs, or is of a fleet of another name");
    }
  }

  @Test
  void aNameThatNobodyKnows() throws Exception {
    ends(
        start("--entryPoints.web.address=not-yet.invalid:8080"),
        75,
        "\"not-yet.invalid\" is no address");
    ends(
        start("--entryPoints.web.address=not-yet.invalid:8080", "--entryPoints.web.adress=:80"),
        78,
        "\"not-yet.invalid\" is no address");
  }

  @Test
  void aDiskWithoutRoom() throws Exception {
    Path data = directory.resolve("data");
    var command =
        new ArrayList<>(
            List.of(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=4k tmpfs \"$1\" && head -c 4096 /dev/zero >\"$1\"/all"
                    + " && shift && exec \"$@\"",
                "sh",
                Files.createDirectories(data).toString()));
    command.addAll(NodeProcess.command(NodeProcess.QUICK_START, List.of()));

    ends(
        NodeProcess.startBy(
            command, directory, fleet(Ports.free(1).getFirst(), "--fleet.bootstrap=true")),
        74,
        "No space left on device");
  }

  @Test
  void aDataDirectoryThatCannotBeWritten() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    ends(
        NodeProcess.start(
            directory,
            fleet(
                Ports.free(1).getFirst(), "--fleet.bootstrap=true", "--dataDir=" + file + "/data")),
        73,
        file.toString());
    ends(start("--log.filePath=" + file + "/node.log"), 73, file + "/node.log");
  }

  @Test
  void aDataDirectoryThatAnotherNodeUses() throws Exception {
    List<Integer> ports = Ports.free(2);
    String data = "--dataDir=" + directory.resolve("data");
    try (NodeProcess first =
        NodeProcess.start(
            directory.resolve("first"), fleet(ports.get(0), "--fleet.bootstrap=true", data))) {
      Eventually.holds("the first one is up", LIMIT, () -> first.log().contains("listens on"));

      ends(
          NodeProcess.start(directory, fleet(ports.get(1), "--fleet.bootstrap=true", data)),
          75,
          "another node uses");
    }
  }

  @Test
  void whatIsOnTheDiskIsDamagedOrOfALaterRelease() throws Exception {
    Path ledger = directory.resolve("data/fleet/ledger");
    Files.createDirectories(ledger.getParent());
    Files.writeString(ledger.resolveSibling("member"), "0123abcd-0123-0123-0123-0123456789ab");
    Files.write(ledger, new byte[] {99, 0, 0});

    ends(
        NodeProcess.start(directory, fleet(Ports.free(1).getFirst(), "--fleet.bootstrap=true")),
        65,
        "are in format 99, this release knows 2");
  }

  @Test
  void noMemory() throws Exception {
    ends(
        NodeProcess.startWith(
            List.of("-Xms8m", "-Xmx8m", "-XX:MaxNewSize=2m"),
            directory,
            List.of("--entryPoints.web.address=127.0.0.1:" + Ports.free(1).getFirst())),
        3,
        "java.lang.OutOfMemoryError");
  }

  @Test
  void aSignalWhileItStillLooksForItsFleet() throws Exception {
    List<Integer> ports = Ports.free(2);
    NodeProcess node =
        NodeProcess.start(directory, fleet(ports.get(0), "--fleet.join=127.0.0.1:" + ports.get(1)));
    Eventually.holds("it looks", LIMIT, () -> node.log().contains("no member answers at"));

    node.terminate();

    ends(node, 143, "no member answers at");
  }
}
