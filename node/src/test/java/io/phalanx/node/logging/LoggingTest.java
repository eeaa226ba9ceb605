package io.phalanx.node.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.settings.LogSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingTest {
  private static final LogSettings.Level LEVEL = LogSettings.Level.INFO;
  private static final LogSettings.Format COMMON = LogSettings.Format.COMMON;

  @TempDir private Path directory;

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws IOException {
    Path inTheWay = Files.writeString(directory.resolve("file"), "where a directory should be");
    LogSettings.Log settings = toFile(inTheWay.resolve("node.log").toString());

    assertThatThrownBy(() -> Logging.configure(settings))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node.log");
  }

  @Test
  void saysNothingOfItselfWhenItWritesToAFile() throws IOException {
    var console = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(console, true, StandardCharsets.UTF_8));
    try {
      Logging.configure(toFile(directory.resolve("node.log").toString()));
    } finally {
      System.setOut(before);
      Logging.configure(
          new LogSettings.Log(LEVEL, COMMON, false, Optional.empty(), 0, 0, 0, false));
    }

    assertThat(console.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(directory.resolve("node.log")).exists();
  }

  private static LogSettings.Log toFile(String file) {
    return new LogSettings.Log(LEVEL, COMMON, false, Optional.of(file), 0, 0, 0, false);
  }
}
