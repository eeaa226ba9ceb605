package io.phalanx.node.logging;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.settings.LogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingTest {
  @TempDir private Path directory;

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws IOException {
    Path inTheWay = Files.writeString(directory.resolve("file"), "where a directory should be");
    var settings =
        new LogSettings.Log(
            LogSettings.Level.INFO,
            LogSettings.Format.COMMON,
            false,
            Optional.of(inTheWay.resolve("node.log").toString()),
            0,
            0,
            0,
            false);

    assertThatThrownBy(() -> Logging.configure(settings))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node.log");
  }
}
