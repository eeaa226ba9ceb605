package io.phalanx.node.accesslog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.settings.LogSettings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the access log. Lines are made on I/O threads and written by one thread, which they reach
 * through a bounded queue: when it is full a line is dropped and counted, for no request may wait
 * for a disk. A file that cannot be written, on a full disk for instance, is opened again from time
 * to time; until that succeeds lines are lost and counted.
 */
public final class AccessLogWriter implements ExchangeObserver, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLogWriter.class);
  private static final int QUEUE = 16_384;

  /** How long lines are gathered: a thread that is woken for each costs more than the lines. */
  private static final Duration GATHERING = Duration.ofMillis(10);

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** Has the writing thread look around; equal to no line, since it is compared by identity. */
  private static final String WAKE = new String("wake");

  private final Optional<Path> file;
  private final LineFilter filter;
  private final LineFormat format;
  private final boolean withInternals;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE);
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong count = new AtomicLong();
  private final AtomicBoolean reopening = new AtomicBoolean();
  private final Thread writing;
  private volatile boolean closing;

  // Of the writing thread alone.
  private Optional<OutputStream> out;
  private long failed = System.nanoTime() - RETRY.toNanos();
  private long unflushed;
  private boolean lossTold;

  /**
   * @throws IOException if the file cannot be opened; its directories are made
   */
  public AccessLogWriter(LogSettings.AccessLog settings) throws IOException {
    this.file = file(settings);
    this.filter = LineFilter.of(settings.filters());
    this.format = LineFormat.of(settings);
    this.withInternals = settings.addInternals();
    this.out = Optional.of(open(file));
    this.writing = Thread.ofPlatform().daemon().name("access-log").start(this::writeAll);
  }

  /**
   * Sees whether it could be written.
   *
   * @throws IOException as for one that is to write
   */
  public static void tryOut(LogSettings.AccessLog settings) throws IOException {
    Optional<Path> file = file(settings);
    if (file.isPresent()) {
      open(file).close();
    }
  }

  private static Optional<Path> file(LogSettings.AccessLog settings) {
    return settings.filePath().filter(path -> !path.isEmpty()).map(Path::of);
  }

  private static OutputStream open(Optional<Path> file) throws IOException {
    if (file.isEmpty()) {
      return new BufferedOutputStream(System.out);
    }
    Path path = file.get().toAbsolutePath();
    try {
      Path directory = path.getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      return new BufferedOutputStream(
          Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new IOException("the access log " + path + " cannot be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void completed(CompletedExchange exchange) {
    if (!exchange.trail().isLogged()
        || (exchange.trail().isInternal() && !withInternals)
        || !filter.passes(exchange)) {
      return;
    }
    if (!lines.offer(format.line(exchange, count.incrementAndGet()))) {
      dropped.increment();
    }
  }

  /** Lines that were lost: there was no room for them, or they could not be written. */
  public long dropped() {
    return dropped.sum();
  }

  /** Has the file closed and opened again by its name, for whoever moved it away. Does not wait. */
  public void reopen() {
    reopening.set(true);
    lines.offer(WAKE);
  }

  @SuppressWarnings("ReferenceEquality") // WAKE is no line.
  private void writeAll() {
    try {
      while (true) {
        // Looked at before the queue: what came before it was set is in there.
        boolean last = closing;
        String line = lines.poll();
        if (line == null) {
          flush();
          if (last) {
            return;
          }
          line = next();
        }
        if (reopening.getAndSet(false)) {
          end();
        }
        if (line != WAKE) {
          write(line);
        }
      }
    } catch (InterruptedException _) {
      // Nobody interrupts this thread; if someone does, it is to end it.
    } finally {
      end();
    }
  }

  private String next() throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(GATHERING.toNanos());
    String gathered = lines.poll();
    return gathered == null ? lines.take() : gathered;
  }

  private void write(String line) {
    unflushed++;
    try {
      OutputStream to = out.isPresent() ? out.get() : openAgain();
      to.write(line.getBytes(UTF_8));
    } catch (IOException e) {
      lose(e);
    }
  }

  private OutputStream openAgain() throws IOException {
    long now = System.nanoTime();
    if (now - failed < RETRY.toNanos()) {
      throw new IOException("it is tried again every " + RETRY.toSeconds() + " s");
    }
    try {
      OutputStream opened = open(file);
      out = Optional.of(opened);
      return opened;
    } catch (IOException e) {
      failed = now;
      throw e;
    }
  }

  private void flush() {
    try {
      if (out.isPresent()) {
        out.get().flush();
      }
      unflushed = 0;
    } catch (IOException e) {
      lose(e);
    }
  }

  /** Counts what did not reach the file as lost, and leaves the file to be opened afresh. */
  private void lose(IOException e) {
    if (!lossTold) {
      lossTold = true;
      LOG.error("the access log cannot be written; what is lost is counted: {}", e.getMessage());
    }
    dropped.add(unflushed);
    unflushed = 0;
    if (out.isPresent()) {
      failed = System.nanoTime();
    }
    try {
      if (out.isPresent() && file.isPresent()) {
        out.get().close();
      }
    } catch (IOException _) {
      // Closing tries to write once more what is already counted as lost.
    }
    out = Optional.empty();
  }

  private void end() {
    flush();
    try {
      if (out.isPresent() && file.isPresent()) {
        out.get().close();
      }
    } catch (IOException e) {
      lose(e);
    }
    out = Optional.empty();
    failed = System.nanoTime() - RETRY.toNanos();
    lossTold = false;
  }

  /** Writes what is in the queue and ends, but waits no longer than a disk may take. */
  @Override
  public void close() {
    closing = true;
    lines.offer(WAKE);
    try {
      if (!writing.join(CLOSE_LIMIT)) {
        LOG.error("the access log did not take its last {} lines in time", lines.size());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
