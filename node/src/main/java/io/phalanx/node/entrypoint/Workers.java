package io.phalanx.node.entrypoint;

import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** The I/O threads and buffers that all entry points and the forwarder share. */
public final class Workers implements AutoCloseable {
  private static final int BUFFER_SIZE = 16 << 10;
  private static final int BUFFERS_PER_THREAD = 64;

  private final XnioWorker worker;
  private final CountedBuffers buffers;
  private final String hostName;

  private Workers(XnioWorker worker, CountedBuffers buffers, String hostName) {
    this.worker = worker;
    this.buffers = buffers;
    this.hostName = hostName;
  }

  /**
   * Starts {@code ioThreads} threads.
   *
   * @throws IllegalStateException if Undertow's own classes hide those that stand in their place
   */
  public static Workers start(int ioThreads) throws IOException {
    UndertowStandIns.check();
    XnioWorker worker =
        Xnio.getInstance()
            .createWorker(
                OptionMap.builder()
                    .set(Options.WORKER_NAME, "phalanx")
                    .set(Options.WORKER_IO_THREADS, ioThreads)
                    .set(Options.WORKER_TASK_CORE_THREADS, 1)
                    .set(Options.WORKER_TASK_MAX_THREADS, 4)
                    .set(Options.THREAD_DAEMON, true)
                    .getMap());
    return new Workers(
        worker,
        new CountedBuffers(new DefaultByteBufferPool(true, BUFFER_SIZE, -1, BUFFERS_PER_THREAD)),
        ownHostName());
  }

  /** The machine's name without asking a name server, which might not answer. */
  private static String ownHostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return "localhost";
    }
  }

  XnioWorker worker() {
    return worker;
  }

  ByteBufferPool buffers() {
    return buffers;
  }

  /** Buffers that hold something of clients' connections, or are to; 0 without requests. */
  public long buffersOut() {
    return buffers.out() + Http2Thread.buffersOut();
  }

  String hostName() {
    return hostName;
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
