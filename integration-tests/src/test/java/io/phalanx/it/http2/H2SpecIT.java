package io.phalanx.it.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The conformance test h2spec, in full, against a node. It is a program in Go: where it is not
 * installed it is left out with a line that says so, since a build needs no Go.
 */
class H2SpecIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir private Path directory;

  private static Optional<Path> h2spec() {
    String home = System.getProperty("user.home", "");
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
            Stream.of(Path.of(home, "go", "bin").toString()))
        .map(folder -> Path.of(folder, "h2spec"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Test
  void passesInFullInClearTextAndOverTls() throws Exception {
    Optional<Path> program = h2spec();
    if (program.isEmpty()) {
      System.err.println(
          "h2spec is left out: it is neither on the PATH nor in ~/go/bin. To have it: go install"
              + " github.com/summerwind/h2spec/cmd/h2spec@latest");
      return;
    }
    int port = Ports.free(1).getFirst();
    try (Origin origin = Origin.start("a body that is long enough to be sent in parts");
        Client client = new Client()) {
      try (NodeProcess _ =
          NodeProcess.inFrontOf(
              origin.url(), port, directory.resolve("node"), NodeProcess.QUICK_START)) {
        client.await(
            port, "/", "a body that is long enough to be sent in parts", Duration.ofSeconds(30));
        assertPasses(program.get(), port, List.of());
        assertPasses(program.get(), port, List.of("-t", "-k"));
      }
    }
  }

  private void assertPasses(Path program, int port, List<String> options) throws Exception {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(options);
    command.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-o", "5"));
    Path output = directory.resolve("h2spec.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("h2spec did not end:\n" + Files.readString(output));
    }
    String said = Files.readString(output);
    assertThat(said).contains(" 0 skipped, 0 failed");
    assertThat(process.exitValue()).as(said).isZero();
  }
}
