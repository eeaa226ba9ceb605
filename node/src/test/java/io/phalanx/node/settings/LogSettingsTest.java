package io.phalanx.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Decoded;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogSettingsTest {
  private static final long MIB = 1024 * 1024;

  @TempDir private Path directory;

  @Test
  void aFileEndsAt100MebibytesUnlessToldOtherwise() {
    assertThat(log("--log.filePath=node.log").maxBytes()).isEqualTo(100 * MIB);
  }

  @Test
  void readsHowTheFileIsRotated() {
    LogSettings.Log log =
        log(
            "--log.filePath=node.log",
            "--log.maxSize=5",
            "--log.maxAge=7",
            "--log.maxBackups=3",
            "--log.compress");

    assertThat(log.maxBytes()).isEqualTo(5 * MIB);
    assertThat(log.maxAge()).isEqualTo(7);
    assertThat(log.maxBackups()).isEqualTo(3);
    assertThat(log.compress()).isTrue();
  }

  @Test
  void refusesNegativeCounts() {
    for (String key : List.of("maxSize", "maxAge", "maxBackups")) {
      assertThat(decode("--log." + key + "=-1").problems())
          .extracting(Problem::message)
          .singleElement()
          .asString()
          .contains(key, "negative");
    }
  }

  private LogSettings.Log log(String... arguments) {
    Decoded<Settings> decoded = decode(arguments);
    assertThat(decoded.problems()).isEmpty();
    return decoded.value().flatMap(Settings::log).orElseThrow();
  }

  private Decoded<Settings> decode(String... arguments) {
    var reader = new SettingsReader(Map.of(), Map.of(), directory);
    return reader.decode(reader.sources(List.of(arguments)).tree());
  }
}
