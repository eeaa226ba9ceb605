package io.phalanx.cluster.quota;

import io.phalanx.cluster.disk.OwnDirectory;
import io.phalanx.cluster.quota.AccountFormat.Kept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a member drew, on its disk: a file to which what changes is added, one force of the disk for
 * all that came while the last one was under way. It is written anew, without what left its window
 * a day ago, when it has grown to twice of what it holds. Beyond {@value #MOST} accounts the one
 * that was drawn from least recently is forgotten.
 *
 * <p>When the disk takes nothing, what is to be kept fails at once, and writing is tried anew every
 * second.
 */
public final class QuotaLog implements Journal, AutoCloseable {
  static final int MOST = 250_000;

  private static final Logger LOG = LoggerFactory.getLogger(QuotaLog.class);
  private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

  /** The file is not written anew before it has grown by so much. */
  private static final long LEAST_GROWTH = 1 << 20;

  private final Path directory;
  private final int most;
  private final InstantSource clock;
  private final Disk disk;
  private final OwnDirectory own;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition something = lock.newCondition();
  private final LinkedHashMap<String, byte[]> accounts = new LinkedHashMap<>();
  private final Thread writing;
  private List<Entry> pending = new ArrayList<>();
  private boolean closed;
  private final AtomicLong forced = new AtomicLong();

  // Of the writing thread alone.
  private @Nullable FileChannel file;
  private long size;
  private long sizeToRewrite;
  private long triedAt;
  private boolean failing;

  /** How the file is opened. */
  interface Disk {
    FileChannel create(Path file) throws IOException;

    Disk REAL =
        file ->
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
  }

  /**
   * @param done told when it is on disk; absent if nobody waits
   */
  private record Entry(ByteBuffer record, @Nullable CompletableFuture<Void> done) {}

  private QuotaLog(Path directory, int most, InstantSource clock, Disk disk, OwnDirectory own) {
    this.directory = directory;
    this.most = most;
    this.clock = clock;
    this.disk = disk;
    this.own = own;
    this.writing = Thread.ofPlatform().daemon().name("quotas").unstarted(this::writeAll);
  }

  /**
   * Reads what is there. A record at the end that is not whole was never promised to anybody and is
   * dropped; behind one that is damaged nothing is believed: the file is set aside, and what stands
   * before goes on.
   *
   * @param directory only its owner can open it; it is made if it is not there
   * @throws IOException if it cannot be read, or another process uses it
   * @throws IllegalStateException if a later release wrote what is there in a form that this one
   *     does not know
   */
  public static QuotaLog open(Path directory, InstantSource clock) throws IOException {
    return open(directory, clock, MOST, Disk.REAL);
  }

  static QuotaLog open(Path directory, InstantSource clock, int most, Disk disk)
      throws IOException {
    OwnDirectory own = OwnDirectory.open(directory);
    try {
      var log = new QuotaLog(directory, most, clock, disk, own);
      QuotaFile.read(directory, log::merge);
      log.startWriting();
      return log;
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private void startWriting() {
    try {
      rewrite();
    } catch (IOException e) {
      fail(e);
    }
    writing.start();
  }

  /**
   * With the lock, or before anybody else has this.
   *
   * @return whether that is news
   */
  private boolean merge(String key, Kept kept) {
    byte @Nullable [] before = accounts.remove(key);
    Known known = before == null ? Known.NOTHING : AccountFormat.kept(before).known();
    Known merged = known.merged(kept.quota(), kept.known());
    accounts.put(key, AccountFormat.bytes(new Kept(kept.quota(), merged)));
    if (accounts.size() > most) {
      accounts.pollFirstEntry();
    }
    return !merged.parts().equals(known.parts());
  }

  @Override
  public Known known(String key) {
    lock.lock();
    try {
      byte @Nullable [] bytes = accounts.get(key);
      return bytes == null ? Known.NOTHING : AccountFormat.kept(bytes).known();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void forEach(BiConsumer<String, Quota> each) {
    all().forEach((key, bytes) -> each.accept(key, AccountFormat.kept(bytes).quota()));
  }

  private Map<String, byte[]> all() {
    lock.lock();
    try {
      return new LinkedHashMap<>(accounts);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletionStage<Void> keep(String key, Quota quota, Known known) {
    var done = new CompletableFuture<Void>();
    add(key, new Kept(quota, known), done);
    return done;
  }

  @Override
  public void note(String key, Quota quota, Known known) {
    add(key, new Kept(quota, known), null);
  }

  private void add(String key, Kept kept, @Nullable CompletableFuture<Void> done) {
    lock.lock();
    try {
      if (!closed) {
        if (merge(key, kept) || done != null) {
          pending.add(new Entry(ByteBuffer.wrap(QuotaFile.record(key, kept)), done));
          something.signal();
        }
        return;
      }
    } finally {
      lock.unlock();
    }
    if (done != null) {
      done.completeExceptionally(new IOException("this node stops"));
    }
  }

  private void writeAll() {
    while (true) {
      List<Entry> batch = next();
      if (batch.isEmpty()) {
        return;
      }
      try {
        write(batch);
        batch.forEach(entry -> complete(entry.done));
      } catch (IOException e) {
        refuse(batch, e);
      } catch (RuntimeException | Error e) {
        refuse(batch, new IOException(e.toString(), e));
      }
    }
  }

  private void refuse(List<Entry> batch, IOException reason) {
    fail(reason);
    batch.forEach(entry -> completeExceptionally(entry.done, reason));
  }

  private static void complete(@Nullable CompletableFuture<Void> done) {
    if (done != null) {
      done.complete(null);
    }
  }

  private static void completeExceptionally(@Nullable CompletableFuture<Void> done, IOException e) {
    if (done != null) {
      done.completeExceptionally(
          new IOException("what is counted cannot be kept: " + e.getMessage()));
    }
  }

  /** What came since the last time, once there is something; empty when this is closed. */
  private List<Entry> next() {
    lock.lock();
    try {
      while (pending.isEmpty() && !closed) {
        something.awaitUninterruptibly();
      }
      List<Entry> batch = pending;
      pending = new ArrayList<>();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void write(List<Entry> batch) throws IOException {
    @Nullable FileChannel open = file;
    if (open == null) {
      if (System.nanoTime() - triedAt < TRY_AGAIN.toNanos()) {
        throw new IOException("the disk took nothing lately");
      }
      rewrite(); // With all of the batch, which is among the accounts already.
      failing = false;
      LOG.info("{}: what is counted is kept again", directory);
      return;
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(batch.stream().mapToInt(one -> one.record.remaining()).sum());
    batch.forEach(one -> bytes.put(one.record));
    size += bytes.flip().remaining();
    while (bytes.hasRemaining()) {
      open.write(bytes);
    }
    if (batch.stream().anyMatch(one -> one.done != null)) {
      open.force(false);
      forced.incrementAndGet();
    }
    if (size > sizeToRewrite) {
      rewrite();
    }
  }

  /** On disk when this returns; the old one stays if it cannot be done. */
  private void rewrite() throws IOException {
    triedAt = System.nanoTime();
    Map<String, byte[]> all = all();
    long now = clock.millis();
    Path unfinished = directory.resolve(QuotaFile.UNFINISHED);
    FileChannel fresh = disk.create(unfinished);
    try {
      long written = QuotaFile.write(fresh, all, now, this::forget);
      fresh.force(true);
      OwnDirectory.place(unfinished, directory.resolve(QuotaFile.NAME));
      closeFile();
      file = fresh;
      size = written;
      sizeToRewrite = 2 * written + LEAST_GROWTH;
    } catch (IOException | RuntimeException | Error e) {
      fresh.close();
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  /** Nothing of it may still count, unless it was drawn from since. */
  private void forget(String key, byte[] bytes) {
    lock.lock();
    try {
      accounts.remove(key, bytes);
    } finally {
      lock.unlock();
    }
  }

  /** After a failure nothing is known of what the file holds; it is written anew. */
  private void fail(IOException e) {
    if (!failing) {
      failing = true;
      LOG.error(
          "{}: what is counted cannot be kept, so that quotas do not answer: {}",
          directory,
          e.toString());
    }
    closeFile();
  }

  private void closeFile() {
    @Nullable FileChannel open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("{}: {}", directory, e.toString());
      }
    }
  }

  /** How often the disk was forced for those who waited. */
  long forced() {
    return forced.get();
  }

  /** How many accounts are remembered. */
  int count() {
    return all().size();
  }

  /** Writes what is still to be written. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      something.signal();
    } finally {
      lock.unlock();
    }
    try {
      writing.join(TRY_AGAIN.multipliedBy(10));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    own.close();
  }
}
