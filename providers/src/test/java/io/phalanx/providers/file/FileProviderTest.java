package io.phalanx.providers.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.phalanx.providers.Problem;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.dynamic.Router;
import io.phalanx.providers.dynamic.TcpRouter;
import io.phalanx.providers.tree.ReadLimits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileProviderTest {
  @TempDir Path directory;

  @Test
  void readsAllFormatsOfADirectoryAndItsSubDirectories() throws Exception {
    write("a.yml", router("a"));
    write("sub/b.yaml", router("b"));
    write("sub/deeper/c.toml", "[http.routers.c]\nrule = \"Path(`/c`)\"\nservice = \"s\"\n");
    write("d.json", "{\"http\":{\"routers\":{\"d\":{\"rule\":\"Path(`/d`)\",\"service\":\"s\"}}}}");
    write("notes.txt", router("no"));

    try (var provider = RunningProvider.start(watched())) {
      Snapshot first = provider.first();

      assertThat(routers(first)).containsExactlyInAnyOrder("a", "b", "c", "d");
      assertThat(first.problems()).isEmpty();
    }
  }

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

      Snapshot kept = provider.soon(FileProviderTest::hasProblems);
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

      Snapshot kept = provider.soon(FileProviderTest::hasProblems);
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
      assertThat(routers(provider.soon(FileProviderTest::hasProblems))).containsExactly("a");
      write("a.yml", router("mended"));

      assertThat(provider.soon(routersAre("mended")).problems()).isEmpty();
    }
  }

  @Test
  void atFirstOnlyTheObjectsWithAMistakeAreLeftOut() throws Exception {
    write("a.yml", router("a") + "    typo:\n      rulle: Path(`/typo`)\n      service: s\n");
    write("b.yml", "http: [");
    write("c.yml", router("c"));

    try (var provider = RunningProvider.start(watched())) {
      Snapshot first = provider.first();

      assertThat(routers(first)).containsExactlyInAnyOrder("a", "c");
      assertThat(first.problems())
          .extracting(problem -> Path.of(problem.source()).getFileName().toString())
          .containsExactly("a.yml", "b.yml");
    }
  }

  @Test
  void objectsOfTcpAreThoseOfAllFiles() throws Exception {
    Path first = write("1.yml", "tcp:\n  routers:\n    r: {rule: HostSNI(`*`), service: s}\n");
    Path second =
        write(
            "2.yml",
            "tcp:\n  routers:\n    r: {rule: ClientIP(`::1`), service: s}\n"
                + "  services: {s: {loadBalancer: {servers: [{address: '127.0.0.1:1'}]}}}\n");

    try (var provider = RunningProvider.start(watched())) {
      Snapshot snapshot = provider.first();

      assertThat(snapshot.config().tcp().services()).containsOnlyKeys("s");
      assertThat(snapshot.config().tcp().routers().values())
          .extracting(TcpRouter::rule)
          .containsExactly("HostSNI(`*`)");
      assertThat(snapshot.problems())
          .containsExactly(
              new Problem(
                  second.toString(),
                  3,
                  "tcp.routers.r",
                  "is defined in " + first + " already; that one counts"));
    }
  }

  @Test
  void ofTwoObjectsOfTheSameNameTheOneInTheFirstFileCounts() throws Exception {
    Path first = write("1.yml", "http:\n  routers:\n    same: {rule: Path(`/1`), service: s}\n");
    Path second = write("2.yml", "http:\n  routers:\n    same: {rule: Path(`/2`), service: s}\n");

    try (var provider = RunningProvider.start(watched())) {
      Snapshot snapshot = provider.first();

      assertThat(snapshot.config().http().routers().values())
          .extracting(Router::rule)
          .containsExactly("Path(`/1`)");
      assertThat(snapshot.problems())
          .containsExactly(
              new Problem(
                  second.toString(),
                  3,
                  "http.routers.same",
                  "is defined in " + first + " already; that one counts"));
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
  void withoutWatchAFileThatCannotBeParsedKeepsTheWholeProviderOut() throws Exception {
    write("a.yml", router("a"));
    write("b.yml", "http: [");
    var options =
        new FileOptions(Optional.empty(), Optional.of(directory.toString()), false, false);

    try (var provider = RunningProvider.start(options)) {
      Snapshot first = provider.first();

      assertThat(routers(first)).isEmpty();
      assertThat(first.problems()).hasSize(1);
    }
  }

  @Test
  void filesAreTemplatesThatSeeTheEnvironment() throws Exception {
    write("a.yml", router("{{ env \"NAME\" }}"));

    try (var provider = RunningProvider.start(watched(), Map.of("NAME", "rendered"))) {
      assertThat(routers(provider.first())).containsExactly("rendered");
    }
  }

  @Test
  void aMistakeInATemplateIsToldWithItsLine() throws Exception {
    Path file = write("a.yml", "http:\n  routers: {{ nosuch }}\n");

    try (var provider = RunningProvider.start(watched())) {
      assertThat(provider.first().problems())
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.source()).isEqualTo(file.toString());
                assertThat(problem.line()).isEqualTo(2);
                assertThat(problem.message()).startsWith("function \"nosuch\" is not supported");
              });
    }
  }

  @Test
  void whatIsNoTextOrTooLargeIsReported() throws Exception {
    Files.write(directory.resolve("binary.yml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    try (var large = new RandomAccessFile(directory.resolve("large.yml").toFile(), "rw")) {
      large.setLength(ReadLimits.MAX_CHARACTERS + 1L);
    }
    write("ok.yml", router("ok"));

    try (var provider = RunningProvider.start(watched())) {
      Snapshot first = provider.first();

      assertThat(routers(first)).containsExactly("ok");
      assertThat(first.problems())
          .extracting(Problem::message)
          .containsExactly(
              "is not UTF-8 text", "is larger than " + ReadLimits.MAX_CHARACTERS + " bytes");
    }
  }

  @Test
  void aLinkThatLeadsInACircleIsNotFollowed() throws Exception {
    write("sub/a.yml", router("a"));
    Files.createSymbolicLink(directory.resolve("sub/circle"), directory);

    try (var provider = RunningProvider.start(watched())) {
      assertThat(routers(provider.first())).containsExactly("a");
    }
  }

  @Test
  void aPlaceToReadFromIsNeeded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FileOptions(Optional.empty(), Optional.empty(), true, false));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FileOptions(Optional.of(""), Optional.of(" "), true, false));
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

  private FileOptions watched() {
    return new FileOptions(Optional.empty(), Optional.of(directory.toString()), true, false);
  }

  private static FileOptions fileOptions(Path file, boolean watch) {
    return new FileOptions(Optional.of(file.toString()), Optional.empty(), watch, false);
  }

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static String router(String name) {
    return "http:\n  routers:\n    " + name + ":\n      rule: Path(`/x`)\n      service: s\n";
  }

  private static Set<String> routers(Snapshot snapshot) {
    return snapshot.config().http().routers().keySet();
  }

  private static Predicate<Snapshot> routersAre(String... names) {
    return snapshot -> routers(snapshot).equals(Set.of(names));
  }

  private static boolean hasProblems(Snapshot snapshot) {
    return !snapshot.problems().isEmpty();
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
