package io.phalanx.it.hotkey;

import io.phalanx.it.benchmark.ProcessorTime;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A {@code redis-server} on a port of loopback that keeps nothing on disk, for as long as this is
 * open.
 */
final class RedisServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);

  private final Process process;
  private final int port;

  private RedisServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static RedisServer start(Path directory) throws IOException, InterruptedException {
    int port = Ports.free(1).getFirst();
    Process process;
    try {
      process =
          new ProcessBuilder(
                  "redis-server",
                  "--port",
                  Integer.toString(port),
                  "--bind",
                  "127.0.0.1",
                  "--save",
                  "",
                  "--appendonly",
                  "no")
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("redis.log").toFile())
              .start();
    } catch (IOException e) {
      throw new IOException("this needs redis-server on the PATH (Debian's redis-server)", e);
    }
    var server = new RedisServer(process, port);
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!Ports.listens(server.port)) {
      if (System.nanoTime() - end > 0 || !process.isAlive()) {
        server.close();
        throw new IOException("redis-server did not start: " + directory.resolve("redis.log"));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return server;
  }

  int port() {
    return port;
  }

  /** Nanoseconds of processor time since it began, to a hundredth of a second. */
  long cpu() {
    return ProcessorTime.ofProcess(process.pid())
        * (1_000_000_000L / ProcessorTime.TICKS_PER_SECOND);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
