package io.phalanx.cluster.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.Eventually;
import io.phalanx.cluster.side.Counted;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuotaLogTest {
  private static final Quota HOURLY =
      new Quota(1000, new Window.Fixed(Duration.ofHours(1)), Counted.BY_SHARES);

  @TempDir private Path directory;
  private Instant now = Instant.EPOCH.plusSeconds(5);

  private QuotaLog open() throws IOException {
    return open(QuotaLog.Disk.REAL);
  }

  private QuotaLog open(QuotaLog.Disk disk) throws IOException {
    return QuotaLog.open(directory, () -> now, 1000, disk);
  }

  private Path file() {
    return directory.resolve("log");
  }

  private static Known drawn(long count) {
    return new Known(5, List.of(new Part(0, Map.of("a", new Tally(count, 0)))));
  }

  private static void keep(QuotaLog log, String key, long count) throws Exception {
    log.keep(key, HOURLY, drawn(count)).toCompletableFuture().get();
  }

  @Test
  void knowsWhatWasKeptAfterTheProcessIsGone() throws Exception {
    QuotaLog gone = open();
    keep(gone, "one", 1);
    keep(gone, "two", 1);
    keep(gone, "one", 3);
    gone.keep("one", HOURLY, new Known(7, List.of(new Part(0, Map.of("b", new Tally(7, 2))))))
        .toCompletableFuture()
        .get();
    byte[] left = Files.readAllBytes(file());
    gone.close();
    Files.write(file(), left);

    try (QuotaLog log = open()) {
      assertThat(log.known("one"))
          .isEqualTo(
              new Known(
                  7, List.of(new Part(0, Map.of("a", new Tally(3, 0), "b", new Tally(7, 2))))));
      assertThat(log.known("two")).isEqualTo(drawn(1));
      assertThat(log.known("three")).isEqualTo(Known.NOTHING);
    }
  }

  @Test
  void writesNothingThatIsNoNews() throws Exception {
    try (QuotaLog log = open()) {
      keep(log, "one", 1);
      long before = length();
      for (int i = 0; i < 100; i++) {
        log.note("one", HOURLY, drawn(1));
      }
      keep(log, "one", 2);
      assertThat(length()).isLessThan(before + 200);
    }
  }

  @Test
  void onlyItsOwnerCanReadIt() throws Exception {
    Path made = directory.resolve("made");
    try (QuotaLog log = QuotaLog.open(made, () -> now)) {
      assertThat(log.count()).isZero();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void twoNodesCannotUseOne() throws Exception {
    try (QuotaLog log = open()) {
      assertThat(log.count()).isZero();
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("each needs a dataDir of its own");
    }
  }

  @Test
  void dropsALastRecordThatIsNotWholeWhereverItEnds() throws Exception {
    try (QuotaLog log = open()) {
      keep(log, "one", 1);
      keep(log, "two", 1);
    }
    byte[] whole = Files.readAllBytes(file());
    int second = QuotaFile.record("two", new AccountFormat.Kept(HOURLY, drawn(1))).length;
    for (int cut = 1; cut < second; cut++) {
      Files.write(file(), Arrays.copyOf(whole, whole.length - cut));
      assertKnowsOnlyTheFirst("cut off by " + cut);
      byte[] zeros = Arrays.copyOf(whole, whole.length - second);
      Files.write(file(), Arrays.copyOf(zeros, zeros.length + cut));
      assertKnowsOnlyTheFirst(cut + " zeros");
      byte[] wrong = whole.clone();
      wrong[whole.length - 1] ^= 1;
      Files.write(file(), wrong);
      assertKnowsOnlyTheFirst("not what was written");
    }
  }

  private void assertKnowsOnlyTheFirst(String how) throws Exception {
    try (QuotaLog log = open()) {
      assertThat(log.known("one")).as(how).isEqualTo(drawn(1));
      assertThat(log.known("two")).as(how).isEqualTo(Known.NOTHING);
      assertThat(directory.resolve("log.damaged")).doesNotExist();
    }
  }

  @Test
  void setsADamagedFileAsideAndGoesOnWithWhatStandsBefore() throws Exception {
    try (QuotaLog log = open()) {
      for (int i = 0; i < 10; i++) {
        keep(log, "key " + i, 1);
      }
    }
    byte[] bytes = Files.readAllBytes(file());
    bytes[bytes.length / 2] ^= 0x40;
    Files.write(file(), bytes);

    try (QuotaLog log = open()) {
      assertThat(log.known("key 0")).isEqualTo(drawn(1));
      assertThat(log.known("key 9")).isEqualTo(Known.NOTHING);
      keep(log, "key 9", 2);
    }
    assertThat(directory.resolve("log.damaged")).hasBinaryContent(bytes);
    try (QuotaLog log = open()) {
      assertThat(log.known("key 9")).isEqualTo(drawn(2));
    }
  }

  @Test
  void survivesAnyByteThatIsDamaged() throws Exception {
    try (QuotaLog log = open()) {
      for (int i = 0; i < 5; i++) {
        keep(log, "key " + i, 1);
      }
    }
    byte[] bytes = Files.readAllBytes(file());
    var random = new Random(3);
    for (int at = 1; at < bytes.length; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 + random.nextInt(255));
      Files.write(file(), damaged);
      try (QuotaLog log = open()) {
        assertThat(log.count()).as("byte %s", at).isLessThan(5);
      }
    }
  }

  @Test
  void refusesAFormatThatItDoesNotKnow() throws Exception {
    Files.write(file(), new byte[] {9, 0, 0});

    assertThatThrownBy(this::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(file() + " is in format 9, this release knows 2");
  }

  /** What {@code /dev/full} says is what a full disk says. */
  @Test
  void failsAtOnceWhileTheDiskIsFullAndKeepsAllWhenItIsNot() throws Exception {
    var full = new AtomicBoolean(true);
    QuotaLog.Disk disk =
        file ->
            full.get()
                ? FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)
                : QuotaLog.Disk.REAL.create(file);
    try (QuotaLog log = open(disk)) {
      for (int i = 0; i < 3; i++) {
        CompletableFuture<Void> kept = log.keep("one", HOURLY, drawn(i + 1)).toCompletableFuture();
        assertThatThrownBy(kept::get)
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining("what is counted cannot be kept");
      }
      full.set(false);
      Eventually.holds(
          "a disk that takes something",
          () ->
              !log.keep("two", HOURLY, drawn(1))
                  .toCompletableFuture()
                  .handle((_, failure) -> failure != null)
                  .join());
      keep(log, "three", 1);
    }
    try (QuotaLog log = open()) {
      assertThat(log.known("one")).isEqualTo(drawn(3));
      assertThat(log.known("two")).isEqualTo(drawn(1));
      assertThat(log.known("three")).isEqualTo(drawn(1));
    }
  }

  @Test
  void goesOnAfterAnErrorThatNobodyForesaw() throws Exception {
    var opened = new AtomicInteger();
    QuotaLog.Disk disk =
        file ->
            switch (opened.getAndIncrement()) {
              case 0 -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
              case 1 -> throw new IllegalStateException("unforeseen");
              default -> QuotaLog.Disk.REAL.create(file);
            };
    try (QuotaLog log = open(disk)) {
      Eventually.holds("the error is told", () -> outcome(log).contains("unforeseen"));
      Eventually.holds("the disk takes something again", () -> outcome(log).equals("kept"));
    }
  }

  private static String outcome(QuotaLog log) {
    return log.keep("one", HOURLY, drawn(1))
        .handle((_, failure) -> failure == null ? "kept" : failure.toString())
        .toCompletableFuture()
        .join();
  }

  @Test
  void forcesTheDiskOnceForManyThatWait() throws Exception {
    try (QuotaLog log = open()) {
      var kept = new ArrayList<CompletableFuture<Void>>();
      for (int i = 0; i < 5000; i++) {
        kept.add(log.keep("key " + i % 100, HOURLY, drawn(i)).toCompletableFuture());
      }
      for (CompletableFuture<Void> one : kept) {
        one.get();
      }
      assertThat(log.forced()).isBetween(1L, 2500L);
    }
  }

  @Test
  void staysBoundedAndForgetsWhatIsOver() throws Exception {
    try (QuotaLog log = open()) {
      for (int i = 0; i < 40_000; i++) {
        log.note("key " + i, HOURLY, drawn(1));
      }
      keep(log, "last", 1);
      assertThat(log.count()).isEqualTo(1000);
      assertThat(log.known("key 39999")).isEqualTo(drawn(1));
      assertThat(log.known("key 0")).isEqualTo(Known.NOTHING);
      Eventually.holds("a file that was written anew", () -> length() < 2 << 20);
    }
    now = now.plus(Duration.ofHours(1)).plus(Known.GRACE).minusSeconds(6);
    try (QuotaLog log = open()) {
      assertThat(log.count()).as("a clock may be ahead").isEqualTo(1000);
    }
    now = now.plusSeconds(1);
    try (QuotaLog log = open()) {
      assertThat(log.count()).isZero();
      assertThat(length()).isEqualTo(1);
    }
  }

  private long length() {
    try {
      return Files.size(file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
