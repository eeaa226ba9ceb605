package org.xnio.nio;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;

/**
 * Accepts on a socket that is bound already, as XNIO does on those that it binds: its own method
 * knows no option for a shared port, nothing of sockets that another process opened, and resets
 * what waits in the system's queue when it closes. What is needed for it is visible in this package
 * only.
 */
public final class BoundServer implements Closeable {
  /** Accepted in one turn of the thread, so that other sockets have theirs. */
  private static final int MOST_AT_ONCE = 128;

  private final NioXnioWorker worker;
  private final NioTcpServer server;
  private final Consumer<StreamConnection> taker;

  /**
   * @param worker of XNIO's own implementation
   * @param bound closed with this
   * @param taker gets each connection, on the I/O thread that it belongs to
   */
  public BoundServer(
      XnioWorker worker,
      ServerSocketChannel bound,
      OptionMap options,
      Consumer<StreamConnection> taker)
      throws IOException {
    bound.configureBlocking(false);
    this.worker = (NioXnioWorker) worker;
    this.server = new NioTcpServer(this.worker, bound, options, true);
    this.taker = taker;
    server.getAcceptSetter().set(_ -> accept(MOST_AT_ONCE));
  }

  /** Begins to accept. */
  public void start() {
    server.resumeAccepts();
  }

  public InetSocketAddress address() {
    return server.getLocalAddress(InetSocketAddress.class);
  }

  /** Called on the thread that accepts. */
  private void accept(int most) {
    try {
      for (int i = 0; i < most; i++) {
        StreamConnection connection = server.accept();
        if (connection == null) {
          return;
        }
        connection.getIoThread().execute(() -> taker.accept(connection));
      }
    } catch (ClosedChannelException _) {
      // It was closed meanwhile.
    }
  }

  /**
   * Listens no more, but takes first what waits in the system's queue: those clients were told that
   * they are connected. Returns when all that was accepted was given to its taker, or after {@code
   * limit}. Not to be called on a thread of the worker, which has to run.
   *
   * @param most connections that are taken from the queue
   */
  public void stop(int most, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    var closed = new CountDownLatch(1);
    try {
      worker
          .getAcceptThread()
          .execute(
              () -> {
                accept(most);
                close();
                closed.countDown();
              });
      var _ = closed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      // Each thread does what it was given in that order.
      var taken = new CountDownLatch(worker.getIoThreadCount());
      for (int i = 0; i < worker.getIoThreadCount(); i++) {
        worker.getIoThread(i).execute(taken::countDown);
      }
      var _ = taken.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } finally {
      close();
    }
  }

  /** Listens no more; what waits in the system's queue is reset. While the worker runs. */
  @Override
  public void close() {
    try {
      if (server.isOpen()) {
        server.close();
      }
    } catch (IOException _) {
      // There is nothing else to be done.
    }
  }
}
