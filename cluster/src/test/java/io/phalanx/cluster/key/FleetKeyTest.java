package io.phalanx.cluster.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
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

  @Test
  void readsSeveralKeysInTheirOrder() throws IOException {
    FleetKey one = FleetKey.generate();
    FleetKey two = FleetKey.generate();
    Path file = directory.resolve("two.key");
    one.write(file);
    Files.writeString(file, two.text() + "\n\n" + one.text() + '\n');

    assertThat(FleetKey.readAll(file)).containsExactly(two, one);
    assertThat(FleetKey.parseAll(one.text() + ", " + two.text())).containsExactly(one, two);
    assertThatThrownBy(() -> FleetKey.parseAll(one.text() + ' ' + one.text()))
        .hasMessage("the same fleet key is there twice");
    assertThatThrownBy(() -> FleetKey.parseAll(" \n"))
        .hasMessageStartingWith("a fleet key is 32 bytes in Base64");
    assertThatThrownBy(() -> FleetKey.parseAll(one.text() + "\nsecret"))
        .hasMessageNotContaining("secret");
  }

  @Test
  void anIdTellsKeysApartAndIsNoPartOfThem() {
    FleetKey key = FleetKey.generate();

    assertThat(key.id()).matches("[0-9a-f]{8}").isEqualTo(FleetKey.parse(key.text()).id());
    assertThat(key.id()).isNotEqualTo(FleetKey.generate().id());
    assertThat(HexFormat.of().formatHex(Base64.getDecoder().decode(key.text())))
        .doesNotContain(key.id());
  }
}
