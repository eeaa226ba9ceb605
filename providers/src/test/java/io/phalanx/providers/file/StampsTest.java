package io.phalanx.providers.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StampsTest {
  @TempDir Path directory;

  private final AtomicLong now = new AtomicLong();
  private final Stamps stamps = new Stamps(now::get);
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("f"), "one");
  }

  private void settle() {
    assertThat(stamps.isUnchanged(file)).isFalse();
    now.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(stamps.isUnchanged(file)).isFalse();
    assertThat(stamps.isUnchanged(file)).isTrue();
  }

  @Test
  void aFileIsReadOnceMoreWhenItsTimesAreOld() {
    assertThat(stamps.isUnchanged(file)).isFalse();
    assertThat(stamps.isUnchanged(file)).isFalse();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(stamps.isUnchanged(file)).isFalse();
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(stamps.isUnchanged(file)).isFalse();

    assertThat(stamps.isUnchanged(file)).isTrue();
  }

  @Test
  void aChangeIsSeenAlsoIfItHidesItself() throws IOException {
    settle();
    FileTime before = Files.getLastModifiedTime(file);

    Files.writeString(file, "two");
    Files.setLastModifiedTime(file, before);

    assertThat(stamps.isUnchanged(file)).isFalse();
  }

  @Test
  void anotherFileInItsPlaceIsAChange() throws IOException {
    settle();

    Path other = Files.writeString(directory.resolve("g"), "one");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(stamps.isUnchanged(file)).isFalse();
  }

  @Test
  void aLinkThatLeadsElsewhereIsAChange() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    Path real = file;
    file = link;
    settle();

    Path other = directory.resolve("other");
    Files.copy(real, other, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    Files.delete(link);
    Files.createSymbolicLink(link, other);

    assertThat(stamps.isUnchanged(link)).isFalse();
  }

  @Test
  void whatIsNotThereOrForgottenHasToBeRead() throws IOException {
    settle();
    stamps.forgetAllBut(Set.of());
    settle();

    Files.delete(file);

    assertThat(stamps.isUnchanged(file)).isFalse();
  }
}
