package org.xnio.nio;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * Connections that one server has accepted for one I/O thread, which takes them in its turns: one
 * of each address, so that who opens many waits for itself and not others for it.
 */
final class ArrivalLine implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ArrivalLine.class);

  private final Turns turns;
  private final Consumer<StreamConnection> taker;
  private final Runnable whenTaken;
  private final Runnable takeNext = this::takeNext;
  private final LinkedHashMap<InetAddress, Queue<SocketChannel>> waiting = new LinkedHashMap<>();
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
    InetAddress client = connection.socket().getInetAddress();
    synchronized (waiting) {
      waiting.computeIfAbsent(client, _ -> new ArrayDeque<>(1)).add(connection);
    }
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
              for (var next = poll(); next != null; next = poll()) {
                take(next);
              }
              then.run();
            });
  }

  private void takeNext() {
    SocketChannel next = poll();
    if (next != null) {
      take(next);
    }
  }

  /** The next one of the same address comes behind those of all others. */
  private @Nullable SocketChannel poll() {
    synchronized (waiting) {
      var first = waiting.pollFirstEntry();
      if (first == null) {
        return null;
      }
      Queue<SocketChannel> same = first.getValue();
      SocketChannel next = same.remove();
      if (!same.isEmpty()) {
        waiting.put(first.getKey(), same);
      }
      return next;
    }
  }

  private void take(SocketChannel connection) {
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
    for (SocketChannel c = poll(); c != null; c = poll()) {
      IoUtils.safeClose(c);
    }
  }
}
