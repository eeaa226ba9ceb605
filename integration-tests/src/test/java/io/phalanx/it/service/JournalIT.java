package io.phalanx.it.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node writes where its output is the journal's: here a file, which has an inode, too. */
class JournalIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path directory;

  /** As {@code JOURNAL_STREAM} has it. */
  private String stream(int more) throws Exception {
    Path log = directory.resolve("node.log");
    if (!Files.exists(log)) {
      Files.createFile(log);
    }
    Map<String, Object> attributes = Files.readAttributes(log, "unix:dev,ino");
    return attributes.get("dev")
        + ":"
        + (Long.parseLong(String.valueOf(attributes.get("ino"))) + more);
  }

  private String log(String stream, String... arguments) throws Exception {
    try (NodeProcess node =
        NodeProcess.startIn(Map.of("JOURNAL_STREAM", stream), directory, List.of(arguments))) {
      Eventually.holds(
          "it says something", LIMIT, () -> node.log().contains("listens on") || !node.isAlive());
      node.stop();
      return node.log();
    }
  }

  @Test
  void linesForTheJournalHaveAPriorityAndNoTime() throws Exception {
    String address = "--entryPoints.web.address=127.0.0.1:" + Ports.free(1).getFirst();

    assertThat(log(stream(0), address).lines())
        .isNotEmpty()
        .allMatch(line -> line.matches("<[346]>.*"))
        .anyMatch(line -> line.startsWith("<6>entry point web listens on "))
        .contains("<6>stopped");
  }

  @Test
  void mistakesInTheConfigurationAreErrors() throws Exception {
    assertThat(log(stream(0), "--entryPoints.web.adress=:80").lines())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("<3>"));
  }

  @Test
  void anotherStreamThanTheJournalsIsWrittenToAsEver() throws Exception {
    String address = "--entryPoints.web.address=127.0.0.1:" + Ports.free(1).getFirst();

    assertThat(log(stream(1), address).lines())
        .isNotEmpty()
        .noneMatch(line -> line.startsWith("<"))
        .anyMatch(line -> line.matches("\\d{4}-.*Z INFO  entry point web listens on .*"));
  }
}
