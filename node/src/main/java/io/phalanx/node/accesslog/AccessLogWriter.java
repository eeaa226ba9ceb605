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
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the access log. Lines are made on I/O threads and written by one thread, which they reach
 * through a bounded queue: when it is full a line is dropped and counted, for no request may wait
 * for a disk.
 */
public final class AccessLogWriter implements ExchangeObserver, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLogWriter.class);
  private static final int QUEUE = 16_384;

  /** Ends the writing thread; equal to no line, since it is compared by identity. */
  private static final String END = new String("end");

  private static final String REOPEN = new String("reopen");

  private final Optional<Path> file;
  private final LineFilter filter;
  private final LineFormat format;
  private final boolean withInternals;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE);
  private final LongAdder dropped = new LongAdder();
  private final AtomicLong count = new AtomicLong();
  private final Thread writing;
  private OutputStream out;

  /**
   * @throws IOException if the file cannot be opened; its directories are made
   */
  public AccessLogWriter(LogSettings.AccessLog settings) throws IOException {
    this.file = settings.filePath().filter(path -> !path.isEmpty()).map(Path::of);
    this.filter = LineFilter.of(settings.filters());
    this.format = LineFormat.of(settings);
    this.withInternals = settings.addInternals();
    this.out = open();
    this.writing = Thread.ofPlatform().daemon().name("access-log").start(this::writeAll);
  }

  private OutputStream open() throws IOException {
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

  /** Lines that there was no room for. */
  public long dropped() {
    return dropped.sum();
  }

  /** Closes the file and opens it again by its name, for whoever moved it away. */
  public void reopen() throws InterruptedException {
    lines.put(REOPEN);
  }

  @SuppressWarnings("ReferenceEquality") // END and REOPEN are no lines.
  private void writeAll() {
    try {
      while (true) {
        String line = lines.poll();
        if (line == null) {
          out.flush();
          line = lines.take();
        }
        if (line == END) {
          out.flush();
          return;
        } else if (line == REOPEN) {
          out.close();
          out = open();
        } else {
          write(line);
        }
      }
    } catch (InterruptedException | IOException e) {
      LOG.error("the access log ends: {}", e.getMessage());
    }
  }

  private void write(String line) {
    try {
      out.write(line.getBytes(UTF_8));
    } catch (IOException e) {
      if (dropped.sum() == 0) {
        LOG.error("the access log cannot be written; what is lost is counted: {}", e.getMessage());
      }
      dropped.increment();
    }
  }

  /** Writes what is in the queue and ends. */
  @Override
  public void close() {
    try {
      lines.put(END);
      writing.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
