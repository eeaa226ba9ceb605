package io.phalanx.node.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackupsTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir private Path directory;
  private Instant now = NOON;

  @Test
  void anEndedFileIsNamedAfterItsEndInUtc() throws IOException {
    end(keepAll(), "one");

    assertThat(names()).containsExactly("node-2026-11-24T12-00-00.000.log");
  }

  @Test
  void filesThatEndInTheSameMillisecondAreAllKept() throws IOException {
    Backups backups = keepAll();

    end(backups, "one");
    end(backups, "two");

    assertThat(names())
        .containsExactly("node-2026-11-24T12-00-00.000.log", "node-2026-11-24T12-00-00.001.log");
  }

  @Test
  void keepsTheNewestOfTooMany() throws IOException {
    Backups backups = backups(Duration.ZERO, 2, false);
    for (int hour = 0; hour < 4; hour++) {
      now = NOON.plus(Duration.ofHours(hour));
      end(backups, "hour " + hour);
    }

    backups.tidy();

    assertThat(names())
        .containsExactly("node-2026-11-24T14-00-00.000.log", "node-2026-11-24T15-00-00.000.log");
  }

  @Test
  void deletesWhatIsOlderThanTheAge() throws IOException {
    Backups backups = backups(Duration.ofDays(2), 0, false);
    end(backups, "old");
    now = NOON.plus(Duration.ofDays(1));
    end(backups, "young");

    now = NOON.plus(Duration.ofDays(2)).plusMillis(1);
    backups.tidy();

    assertThat(names()).containsExactly("node-2026-11-25T12-00-00.000.log");
  }

  @Test
  void compressesAndKeepsEveryByte() throws IOException {
    Backups backups = backups(Duration.ZERO, 0, true);
    end(backups, "what was logged");

    backups.tidy();

    assertThat(names()).containsExactly("node-2026-11-24T12-00-00.000.log.gz");
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(directory.resolve("node-2026-11-24T12-00-00.000.log.gz")))) {
      assertThat(in.readAllBytes()).asString().isEqualTo("what was logged");
    }
  }

  @Test
  void countsCompressedOnesToo() throws IOException {
    Backups backups = backups(Duration.ZERO, 1, true);
    end(backups, "first");
    backups.tidy();
    now = NOON.plusSeconds(1);
    end(backups, "second");

    backups.tidy();

    assertThat(names()).containsExactly("node-2026-11-24T12-00-01.000.log.gz");
  }

  @Test
  void leavesFilesOfOthersAlone() throws IOException {
    List<String> others =
        List.of(
            "node-2020-01-01.log",
            "node-.log",
            "node.log.1",
            "other-2020-01-01T00-00-00.000.log",
            "node-2020-01-01T00-00-00.000.txt");
    for (String other : others) {
      Files.writeString(directory.resolve(other), "");
    }

    backups(Duration.ofDays(1), 1, true).tidy();

    assertThat(names()).containsExactlyInAnyOrderElementsOf(others);
  }

  @Test
  void aFileNameWithoutADotWorks() throws IOException {
    Path log = Files.writeString(directory.resolve("log"), "line");

    new Backups(log, Duration.ZERO, 0, true, () -> now).add();

    assertThat(names()).containsExactly("log-2026-11-24T12-00-00.000");
  }

  private Backups keepAll() {
    return backups(Duration.ZERO, 0, false);
  }

  private Backups backups(Duration maxAge, int maxCount, boolean compress) {
    InstantSource clock = () -> now;
    return new Backups(directory.resolve("node.log"), maxAge, maxCount, compress, clock);
  }

  private void end(Backups backups, String content) throws IOException {
    Files.writeString(directory.resolve("node.log"), content);
    backups.add();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
