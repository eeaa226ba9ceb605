package io.phalanx.cluster.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetKeyTest {
  @TempDir Path directory;

  @Test
  void readsWhatItWrote() throws IOException {
    FleetKey key = FleetKey.generate();
    Path file = Files.writeString(directory.resolve("key"), key.text() + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

    assertThat(FleetKey.read(file)).isEqualTo(key);
  }

  @Test
  void refusesAFileThatOthersCanRead() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), FleetKey.generate().text());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> FleetKey.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 600");
  }

  @Test
  void saysWhatAKeyIsWithoutShowingTheText() {
    assertThatThrownBy(() -> FleetKey.parse("c2VjcmV0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("32 bytes")
        .hasMessageNotContaining("c2VjcmV0");
  }

  @Test
  void isNotPartOfItsText() {
    FleetKey key = FleetKey.generate();

    assertThat(key.toString()).doesNotContain(key.text());
  }

  @Test
  void everyKeyIsAnother() {
    assertThat(FleetKey.generate()).isNotEqualTo(FleetKey.generate());
  }
}
