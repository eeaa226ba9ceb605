package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.logging.LogThrottle;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.nio.Turns;

/** The I/O threads and buffers that all entry points and the forwarder share. */
public final class Workers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final LogThrottle WARNINGS = new LogThrottle(Duration.ofSeconds(10));
  private static final int BUFFER_SIZE = 16 << 10;
  private static final int BUFFERS_PER_THREAD = 64;
  static final int RESERVED_PER_THREAD = 32;
  static final int HANDSHAKE_THREADS = 4;

  /**
   * Handshakes that may wait for a thread; about half a second's worth for one core. One more is
   * refused: who waits longer has given up by the time it is its turn, and others with it.
   */
  static final int MAX_WAITING_HANDSHAKES = 1024;

  private final XnioWorker worker;
  private final List<Turns> turns;
  private final CountedBuffers buffers;
  private final ThreadPoolExecutor handshakes;
  private final String hostName;
  private final MemoryBound headMemory;
  private final MemoryBound bodyMemory = MemoryBound.ofHeap(() -> {});
  private final MemoryBound windowMemory = MemoryBound.ofHeap(Workers::warnOfBodies);

  private Workers(
      XnioWorker worker,
      List<Turns> turns,
      CountedBuffers buffers,
      ThreadPoolExecutor handshakes,
      String hostName,
      MemoryBound headMemory) {
    this.headMemory = headMemory;
    this.worker = worker;
    this.turns = turns;
    this.buffers = buffers;
    this.handshakes = handshakes;
    this.hostName = hostName;
  }

  /** Starts {@code ioThreads} threads, like {@link #start(int, MemoryBound)}. */
  public static Workers start(int ioThreads) throws IOException {
    return start(ioThreads, MemoryBound.ofHeap(Workers::warnOfHeads));
  }

  private static void warnOfHeads() {
    warn("the heads of requests hold all the memory that there is for them: one is refused");
  }

  private static void warnOfBodies() {
    warn(
        "the bodies of requests hold all the memory that there is for them: the one that nobody has"
            + " read for longest is given up");
  }

  /** A connection found no buffer. */
  static void warnOfConnections() {
    warn("no memory is left for what clients send: a connection is closed unheard");
  }

  private static void warn(String what) {
    long unsaid = WARNINGS.admit(what, System.nanoTime());
    if (unsaid >= 0) {
      LOG.warn("{}{}", what, unsaid == 0 ? "" : " (and " + unsaid + " before)");
    }
  }

  /**
   * Starts {@code ioThreads} threads.
   *
   * @param headMemory for the heads of all entry points
   * @throws IllegalStateException if Undertow's own classes hide those that stand in their place
   */
  public static Workers start(int ioThreads, MemoryBound headMemory) throws IOException {
    return start(
        ioThreads,
        headMemory,
        new DefaultByteBufferPool(true, BUFFER_SIZE, -1, BUFFERS_PER_THREAD));
  }

  /** The same with buffers from {@code pool}, of which there are more in reserve. */
  static Workers start(int ioThreads, MemoryBound headMemory, ByteBufferPool pool)
      throws IOException {
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
        Turns.of(worker),
        new CountedBuffers(pool, RESERVED_PER_THREAD * ioThreads),
        handshakeThreads(),
        ownHostName(),
        headMemory);
  }

  private static ThreadPoolExecutor handshakeThreads() {
    var threads =
        new ThreadPoolExecutor(
            HANDSHAKE_THREADS,
            HANDSHAKE_THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_WAITING_HANDSHAKES),
            Thread.ofPlatform().daemon().name("phalanx-handshake-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
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

  /** All of them, by their numbers. */
  public List<IoThread> ioThreads() {
    return IntStream.range(0, worker.getIoThreadCount())
        .<IoThread>mapToObj(i -> new ConnectionThread(worker.getIoThread(i)))
        .toList();
  }

  /** Of each I/O thread, by its number. */
  List<Turns> turns() {
    return turns;
  }

  /** Of the thread that one is on. */
  Turns turnsOf(XnioIoThread thread) {
    return turns.get(Turns.number(thread));
  }

  ByteBufferPool buffers() {
    return buffers;
  }

  /** Buffers that hold something of clients' connections, or are to; 0 without requests. */
  public long buffersOut() {
    return buffers.out() + Http2Thread.buffersOut();
  }

  /** Does the arithmetic of handshakes. */
  Executor handshakes() {
    return handshakes;
  }

  /** Whether one more handshake may wait. */
  boolean takesHandshakes() {
    return handshakes.getQueue().remainingCapacity() > 0;
  }

  /** What the heads of requests hold, at all entry points together. */
  public MemoryBound headMemory() {
    return headMemory;
  }

  /** What bodies that came by HTTP/2 hold for slow readers beside their connections' windows. */
  public MemoryBound bodyMemory() {
    return bodyMemory;
  }

  /** What they hold on these windows. */
  public MemoryBound windowMemory() {
    return windowMemory;
  }

  String hostName() {
    return hostName;
  }

  @Override
  public void close() {
    worker.shutdownNow();
    handshakes.shutdownNow();
  }
}
