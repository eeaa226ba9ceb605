package io.phalanx.cluster.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnDirectoryTest {
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir private Path directory;

  @Test
  void whatCannotBeWrittenIsNamedInTheSameWordsEachTime() {
    Path file = directory.resolve("gone").resolve("state");

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> OwnDirectory.write(file, CONTENT))
          .isInstanceOf(IOException.class)
          .hasMessage(file + " cannot be written: its directory is not there");
    }
  }

  @Test
  void nothingIsLeftOfWhatCouldNotBeWritten() throws IOException {
    // A file does not take the place of a directory that holds something.
    Path file = Files.createDirectories(directory.resolve("state"));
    Files.write(file.resolve("inside"), CONTENT);

    assertThatThrownBy(() -> OwnDirectory.write(file, CONTENT))
        .hasMessageStartingWith(file + " cannot be written: ");
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.toList()).isEqualTo(List.of(file));
    }
  }
}
