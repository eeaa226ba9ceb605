package io.phalanx.providers.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** What becomes of files that change while the provider runs. */
class ChangedFilesTest extends ProvidedFiles {
  @Test
  void aChangedFileIsNoticedSoon() throws Exception {
    write("a.yml", router("a"));
    try (var provider = RunningProvider.start(watched())) {
      provider.first();

      write("a.yml", router("changed"));

      provider.soon(routersAre("changed"));
    }
  }

  @Test
  void aFileThatIsRenamedIntoPlaceIsNoticedSoon() throws Exception {
    Path file = write("a.yml", router("a"));
    try (var provider = RunningProvider.start(fileOptions(file, true))) {
      provider.first();

      Path next = write("a.yml.new", router("next"));
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);

      provider.soon(routersAre("next"));
    }
  }

  @Test
  void aFileInANewSubDirectoryIsNoticedSoonAndSoAreItsChanges() throws Exception {
    write("a.yml", router("a"));
    try (var provider = RunningProvider.start(watched())) {
      provider.first();

      write("new/sub/b.yml", router("b"));
      provider.soon(routersAre("a", "b"));
      write("new/sub/b.yml", router("c"));

      provider.soon(routersAre("a", "c"));
    }
  }

  @Test
  void aSubDirectoryThatReplacesARenamedOneIsWatched() throws Exception {
    write("sub/a.yml", router("a"));
    try (var provider = RunningProvider.start(watched())) {
      provider.first();

      Files.move(directory.resolve("sub"), directory.resolve("old"));
      write("sub/b.yml", router("b"));
      provider.soon(routersAre("a", "b"));
      write("sub/b.yml", router("c"));

      provider.soon(routersAre("a", "c"));
    }
  }

  @Test
  void aChangeIsNoticedSoonBesideAFileThatIsWrittenAllTheTime() throws Exception {
    Path file = write("a.yml", router("a"));
    Path noise = write("access.log", "");
    try (var provider = RunningProvider.start(fileOptions(file, true))) {
      provider.first();
      Thread writer = Thread.ofPlatform().start(() -> appendUntilInterrupted(noise));
      try {
        write("a.yml", router("changed"));

        provider.soon(routersAre("changed"));
      } finally {
        writer.interrupt();
        writer.join();
      }
    }
  }

  @Test
  void aDeletedFileTakesItsObjectsAway() throws Exception {
    write("a.yml", router("a"));
    Path gone = write("b.yml", router("b"));
    try (var provider = RunningProvider.start(watched())) {
      provider.first();

      Files.delete(gone);

      assertThat(provider.soon(routersAre("a")).problems()).isEmpty();
    }
  }

  @Test
  void theOnlyFileKeepsItsLastGoodVersionWhenItIsDeleted() throws Exception {
    Path file = write("a.yml", router("a"));
    try (var provider = RunningProvider.start(fileOptions(file, true))) {
      provider.first();

      Files.delete(file);

      Snapshot kept = provider.soon(ProvidedFiles::hasProblems);
      assertThat(routers(kept)).containsExactly("a");
      assertThat(kept.problems())
          .containsExactly(new Problem(file.toString(), 0, "", "there is no such file"));
    }
  }

  @Test
  void aFileWithAMistakeKeepsItsLastGoodVersionAsAWhole() throws Exception {
    Path file = write("a.yml", router("a"));
    write("b.yml", router("b"));
    try (var provider = RunningProvider.start(watched())) {
      provider.first();

      write("a.yml", router("new") + "    typo:\n      rulle: Path(`/typo`)\n      service: s\n");

      Snapshot kept = provider.soon(ProvidedFiles::hasProblems);
      assertThat(routers(kept)).containsExactlyInAnyOrder("a", "b");
      assertThat(kept.problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.source()).isEqualTo(file.toString());
                assertThat(problem.line()).isEqualTo(7);
                assertThat(problem.path()).isEqualTo("http.routers.typo.rulle");
                assertThat(problem.message()).contains("did you mean \"rule\"?");
              });
    }
  }

  @Test
  void aFileThatCannotBeParsedKeepsItsLastGoodVersionUntilItIsMended() throws Exception {
    write("a.yml", router("a"));
    try (var provider = RunningProvider.start(watched())) {
      provider.first();

      write("a.yml", "http: [");
      assertThat(routers(provider.soon(ProvidedFiles::hasProblems))).containsExactly("a");
      write("a.yml", router("mended"));

      assertThat(provider.soon(routersAre("mended")).problems()).isEmpty();
    }
  }

  @Test
  void aFileThatComesBackEmptyIsNoLongerMissing() throws Exception {
    Path file = directory.resolve("late.yml");
    try (var provider = RunningProvider.start(fileOptions(file, true))) {
      assertThat(provider.first().problems()).hasSize(1);

      write("late.yml", "");

      provider.soon(snapshot -> snapshot.problems().isEmpty());
    }
  }

  @Test
  void withoutWatchNothingIsPublishedAfterTheFirstSnapshot() throws Exception {
    Path file = write("a.yml", router("a"));
    try (var provider = RunningProvider.start(fileOptions(file, false))) {
      assertThat(routers(provider.first())).containsExactly("a");

      write("a.yml", router("changed"));

      assertThat(provider.publishesWithin(Duration.ofMillis(500))).isFalse();
    }
  }

  @Test
  void whatIsNotWatchedIsReadWhenItIsToldTo() throws Exception {
    Path file = write("a.yml", router("first"));
    try (var provider = RunningProvider.start(fileOptions(file, false))) {
      assertThat(routers(provider.first())).containsExactly("first");

      write("a.yml", router("second"));
      provider.readAgain();
      assertThat(routers(provider.first())).containsExactly("second");

      write("a.yml", "http: [");
      provider.readAgain();
      Snapshot broken = provider.first();
      assertThat(routers(broken)).as("its last good version").containsExactly("second");
      assertThat(broken.problems()).isNotEmpty();
    }
  }

  private static void appendUntilInterrupted(Path file) {
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      while (!Thread.currentThread().isInterrupted()) {
        out.write('x');
        out.seek(0);
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
