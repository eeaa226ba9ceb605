package org.xnio.nio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/** Connections that one server has accepted for one I/O thread, which takes them in its turns. */
final class ArrivalLine implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ArrivalLine.class);

  private final Turns turns;
  private final Consumer<StreamConnection> taker;
  private final Runnable whenTaken;
  private final Runnable takeNext = this::takeNext;
  private final Queue<SocketChannel> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /**
   * @param whenTaken called for each connection that does not wait any more
   */
  ArrivalLine(Turns turns, Consumer<StreamConnection> taker, Runnable whenTaken) {
    this.turns = turns;
    this.taker = taker;
    this.whenTaken = whenTaken;
  }

  /** Called on any thread. */
  void add(SocketChannel connection) {
    waiting.add(connection);
    if (closed) {
      dropAll();
    } else {
      turns.add(takeNext);
    }
  }

  /** Has the thread take whatever waits now, and calls {@code then} there. */
  void takeAll(Runnable then) {
    turns
        .thread()
        .execute(
            () -> {
              while (!waiting.isEmpty()) {
                takeNext();
              }
              then.run();
            });
  }

  private void takeNext() {
    SocketChannel connection = waiting.poll();
    if (connection == null) {
      return;
    }
    whenTaken.run();
    WorkerThread thread = turns.thread();
    StreamConnection taken;
    try {
      taken = new NioSocketStreamConnection(thread, thread.registerChannel(connection), null);
    } catch (IOException _) {
      IoUtils.safeClose(connection);
      return;
    }
    try {
      taker.accept(taken);
    } catch (RuntimeException | Error e) {
      LOG.error("a connection was lost", e);
      IoUtils.safeClose(taken);
    }
  }

  /** Closes what nobody has taken. */
  @Override
  public void close() {
    closed = true;
    dropAll();
  }

  private void dropAll() {
    for (SocketChannel c = waiting.poll(); c != null; c = waiting.poll()) {
      IoUtils.safeClose(c);
    }
  }
}
