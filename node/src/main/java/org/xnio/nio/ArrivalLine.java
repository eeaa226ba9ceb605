package org.xnio.nio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * Connections that wait for one I/O thread, which takes some of them in each of its turns. What is
 * given to such a thread to execute would not do: it executes all there is before it looks at its
 * sockets again. So this is itself something that it looks at: a pipe with a byte in it that nobody
 * reads, ready as long as the thread is told to mind it.
 */
final class ArrivalLine extends NioHandle implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ArrivalLine.class);

  /** Each may bring a whole request with it, so that these cost a millisecond or two. */
  static final int TAKEN_IN_A_TURN = 16;

  private final WorkerThread thread;
  private final Pipe pipe;
  private final Consumer<StreamConnection> taker;
  private final Runnable whenTaken;
  private final Queue<SocketChannel> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  private ArrivalLine(
      WorkerThread thread,
      Pipe pipe,
      SelectionKey key,
      Consumer<StreamConnection> taker,
      Runnable whenTaken) {
    super(thread, key);
    this.thread = thread;
    this.pipe = pipe;
    this.taker = taker;
    this.whenTaken = whenTaken;
    key.attach(this);
  }

  /**
   * @param whenTaken called for each connection that does not wait any more
   */
  static ArrivalLine of(WorkerThread thread, Consumer<StreamConnection> taker, Runnable whenTaken)
      throws IOException {
    Pipe pipe = Pipe.open();
    try {
      pipe.sink().write(ByteBuffer.allocate(1));
      pipe.source().configureBlocking(false);
      SelectionKey key = thread.registerChannel(pipe.source());
      return new ArrivalLine(thread, pipe, key, taker, whenTaken);
    } catch (IOException | RuntimeException e) {
      close(pipe);
      throw e;
    }
  }

  /** Called on any thread. */
  void add(SocketChannel connection) {
    waiting.add(connection);
    if (closed) {
      dropAll();
    } else {
      resume(SelectionKey.OP_READ);
    }
  }

  @Override
  void handleReady(int ops) {
    take(TAKEN_IN_A_TURN);
    if (waiting.isEmpty()) {
      suspend(SelectionKey.OP_READ);
      if (!waiting.isEmpty()) {
        resume(SelectionKey.OP_READ); // One came in between.
      }
    }
  }

  /** Has the thread take whatever waits now, and calls {@code then} there. */
  void takeAll(Runnable then) {
    thread.execute(
        () -> {
          take(Integer.MAX_VALUE);
          then.run();
        });
  }

  private void take(int most) {
    for (int i = 0; i < most; i++) {
      SocketChannel connection = waiting.poll();
      if (connection == null) {
        return;
      }
      whenTaken.run();
      take(connection);
    }
  }

  private void take(SocketChannel connection) {
    StreamConnection taken;
    try {
      taken = new NioSocketStreamConnection(thread, thread.registerChannel(connection), null);
    } catch (IOException _) {
      IoUtils.safeClose(connection);
      return;
    }
    try {
      taker.accept(taken);
    } catch (RuntimeException e) {
      LOG.error("a connection was lost", e);
      IoUtils.safeClose(taken);
    }
  }

  private void dropAll() {
    for (SocketChannel c = waiting.poll(); c != null; c = waiting.poll()) {
      IoUtils.safeClose(c);
    }
  }

  @Override
  void forceTermination() {
    close();
  }

  @Override
  void terminated() {
    // Nobody asks.
  }

  /** Closes what nobody has taken. */
  @Override
  public void close() {
    closed = true;
    close(pipe);
    cancelKey(false);
    dropAll();
  }

  private static void close(Pipe pipe) {
    IoUtils.safeClose(pipe.sink());
    IoUtils.safeClose(pipe.source());
  }
}
