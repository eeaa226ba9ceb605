package io.phalanx.node.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.core.ContextBase;
import ch.qos.logback.core.encoder.EchoEncoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RotationTest {
  private static final int MAX_BYTES = 100;

  @TempDir private Path directory;
  private final RollingFileAppender<String> appender = new RollingFileAppender<>();

  @AfterEach
  void close() {
    appender.stop();
  }

  @Test
  void noLineIsLostAndNoFileIsLongerThanTheSizeAndALine() throws IOException {
    start();
    List<String> lines = IntStream.range(0, 100).mapToObj(i -> "line %06d".formatted(i)).toList();

    lines.forEach(appender::doAppend);

    var written = new ArrayList<String>();
    for (Path file : files()) {
      assertThat(Files.size(file)).isLessThan(MAX_BYTES + 12);
      written.addAll(Files.readAllLines(file));
    }
    assertThat(written).containsExactlyInAnyOrderElementsOf(lines);
    assertThat(files()).hasSizeGreaterThan(10);
  }

  @Test
  void aFileOfAnEarlierProcessIsWrittenOn() throws IOException {
    Files.writeString(directory.resolve("node.log"), "earlier\n");
    start();

    appender.doAppend("later");

    assertThat(directory.resolve("node.log")).hasContent("earlier\nlater");
  }

  private void start() {
    var context = new ContextBase();
    var backups =
        new Backups(directory.resolve("node.log"), Duration.ZERO, 0, false, InstantSource.system());
    var rotation = new Rotation<String>(backups, MAX_BYTES);
    rotation.start();
    var encoder = new EchoEncoder<String>();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.setFile(directory.resolve("node.log").toString());
    appender.setRollingPolicy(rotation);
    appender.setTriggeringPolicy(rotation);
    appender.start();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
