package io.phalanx.node.buffering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Trailers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpoolTest {
  private static final long MUCH = 1 << 30;

  @TempDir private Path directory;

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final MemoryBound memory = new MemoryBound(1 << 20, () -> {});
  private final MemoryBound pieces = new MemoryBound(1 << 20, () -> {});
  private final MemoryBound disk = new MemoryBound(8 << 20, () -> {});

  /** The test's own thread. */
  private final IoThread ioThread =
      new IoThread() {
        @Override
        public void execute(Runnable task) {
          tasks.add(task);
        }

        @Override
        public Runnable after(Duration delay, Runnable task) {
          throw new UnsupportedOperationException("nothing is to wait");
        }
      };

  private Spool spool(long inMemory) {
    return new Spool(new SpoolSpace(memory, pieces, disk, directory), ioThread, inMemory);
  }

  private static byte[] noise(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private void await(AtomicBoolean told) throws InterruptedException {
    while (!told.get()) {
      Runnable task = tasks.poll(30, TimeUnit.SECONDS);
      assertThat(task).as("something that the disk has done").isNotNull();
      task.run();
    }
  }

  private void write(Spool spool, byte[] bytes) throws IOException, InterruptedException {
    var from = ByteBuffer.wrap(bytes);
    while (from.hasRemaining()) {
      var piece = from.slice(from.position(), Math.min(9_999, from.remaining()));
      int count = spool.write(piece);
      from.position(from.position() + count);
      if (count == 0) {
        var writable = new AtomicBoolean();
        spool.whenWritable(() -> writable.set(true));
        await(writable);
      }
    }
  }

  private byte[] read(BodySource source) throws IOException, InterruptedException {
    var all = new ByteArrayOutputStream();
    var into = ByteBuffer.allocate(7_777);
    int count = source.read(into);
    while (count >= 0) {
      if (count == 0) {
        var readable = new AtomicBoolean();
        source.whenReadable(() -> readable.set(true));
        await(readable);
      }
      all.write(into.array(), 0, into.position());
      count = source.read(into.clear());
    }
    return all.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1000",
    "1, 1000",
    "1000, 1000",
    "1001, 1000",
    "65536, 0",
    "65537, 0",
    "131072, 0",
    "1000000, 0",
    "1000000, 100000",
    "3000000, 65536",
    "500000, 500000"
  })
  void givesBackWhatItTookAsOftenAsIsAsked(int size, long inMemory) throws Exception {
    byte[] body = noise(size);
    Spool spool = spool(inMemory);

    write(spool, body);

    assertThat(spool.size()).isEqualTo(size);
    BodySource first = spool.fromTheBeginning(Trailers.NONE);
    assertThat(first.length()).isEqualTo(size);
    assertThat(Arrays.equals(read(first), body)).isTrue();
    assertThat(Arrays.equals(read(spool.fromTheBeginning(Trailers.NONE)), body)).isTrue();
    assertThat(memory.held()).isLessThanOrEqualTo(inMemory + (16 << 10));
    spool.release();
    assertThat(memory.held()).isZero();
    assertThat(disk.held()).isZero();
    assertThat(pieces.held()).isZero();
  }

  @Test
  void filesHaveNoName() throws Exception {
    Spool spool = spool(0);
    write(spool, noise(1_000_000));

    try (var files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
    spool.release();
  }

  @Test
  void whatFindsNoRoomInMemoryGoesToAFile() throws Exception {
    byte[] body = noise(2 << 20);
    Spool spool = spool(MUCH);

    write(spool, body);

    assertThat(memory.held()).isLessThanOrEqualTo(1 << 20);
    assertThat(disk.held()).isPositive();
    assertThat(Arrays.equals(read(spool.fromTheBeginning(Trailers.NONE)), body)).isTrue();
    spool.release();
  }

  @Test
  void theDiskIsBounded() {
    Spool spool = spool(0);

    assertThatThrownBy(() -> write(spool, noise(10 << 20)))
        .isInstanceOf(NoRoomException.class)
        .hasMessageContaining("no room is left on the disk");
    spool.release();
    assertThat(disk.held()).isZero();
  }

  @Test
  void piecesOnTheirWayAreBounded() throws Exception {
    for (int i = 0; i < 8; i++) {
      write(spool(0), noise(1));
    }

    assertThatThrownBy(() -> write(spool(0), noise(1))).isInstanceOf(NoRoomException.class);
  }

  @Test
  void aFileThatCannotBeMadeIsTold() {
    var nowhere = new SpoolSpace(memory, pieces, disk, directory.resolve("gone"));
    var spool = new Spool(nowhere, ioThread, 0);

    assertThatThrownBy(() -> write(spool, noise(1 << 20)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a body cannot be held in a file");
  }

  @Test
  void whoReadsWhatWasReleasedIsTold() throws Exception {
    Spool spool = spool(0);
    write(spool, noise(1_000_000));
    BodySource source = spool.fromTheBeginning(Trailers.NONE);
    source.read(ByteBuffer.allocate(10));

    spool.release();
    spool.release();

    assertThatThrownBy(() -> read(source)).hasMessageContaining("not held any more");
  }
}
