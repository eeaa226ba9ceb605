package io.phalanx.it.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The access log of a proxy, which appends to it, and where its metrics are.
 *
 * @param metricsPort 0 if it has none
 */
record AccessRecord(Path log, int metricsPort) {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Empties the log, so that the lines of the next requests can be counted and no disk fills. */
  void forget() throws IOException {
    try (var channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  /** Waits until there is a line for each of so many requests: some write a little later. */
  void requireLines(String proxy, long requests) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    long lines = lines();
    while (lines < requests) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "%s logged %d lines for %d requests".formatted(proxy, lines, requests));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      lines = lines();
    }
  }

  private long lines() throws IOException {
    long lines = 0;
    byte[] block = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(log)) {
      for (int length = in.read(block); length > 0; length = in.read(block)) {
        for (int i = 0; i < length; i++) {
          lines += block[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }
}
