package io.phalanx.cluster.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SigningTest {
  private static final byte[] TEXT = "srv=7".getBytes(UTF_8);

  private final FleetKey key = FleetKey.generate();

  private static byte[] signature(FleetKey key, String purpose) {
    return Signing.of(List.of(key), purpose).signatures(TEXT).getFirst();
  }

  @Test
  void theSameKeyMakesTheSameSignature() {
    assertThat(signature(key, "cookie")).hasSize(32).isEqualTo(signature(key, "cookie"));
  }

  @Test
  void anotherKeyPurposeOrTextMakesAnother() {
    assertThat(signature(key, "cookie"))
        .isNotEqualTo(signature(FleetKey.generate(), "cookie"))
        .isNotEqualTo(signature(key, "link"));
    assertThat(Signing.of(List.of(key), "cookie").signatures("srv=8".getBytes(UTF_8)))
        .doesNotContain(signature(key, "cookie"));
  }

  @Test
  void theFirstKeySignsAndAllAreKnown() {
    FleetKey next = FleetKey.generate();

    assertThat(Signing.of(List.of(next, key), "cookie").signatures(TEXT))
        .containsExactly(signature(next, "cookie"), signature(key, "cookie"));
    assertThatIllegalArgumentException().isThrownBy(() -> Signing.of(List.of(), "cookie"));
  }

  @Test
  void aKeptKeyIsMadeOnceForItsOwnerAlone(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("new").resolve("signing.key");
    var made = new ArrayList<FleetKey>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<FleetKey> task = () -> FleetKey.keptIn(file);
      for (Future<FleetKey> future : threads.invokeAll(List.of(task, task))) {
        made.add(future.get());
      }
    }

    assertThat(made).containsOnly(FleetKey.keptIn(file));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (var files = Files.list(directory.resolve("new"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aKeptKeyThatOthersCouldReadIsRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("signing.key");
    FleetKey.keptIn(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> FleetKey.keptIn(file))
        .withMessageContaining("open to others");
  }
}
