package org.xnio.nio;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;

/**
 * Accepts on a socket that is bound already: XNIO's own method knows no option for a shared port,
 * nothing of sockets that another process opened, and resets what waits in the system's queue when
 * it closes. Besides, it gives its I/O threads connections as fast as it can accept them, and has
 * each of them wait while one is registered, so that whoever connects often enough keeps them from
 * those whom they serve. Here a thread takes a few in each of its turns; what nobody has taken yet
 * is bounded, beyond which the system's queue holds it. What is needed for it is visible in this
 * package only.
 */
public final class BoundServer implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(BoundServer.class);

  /** Accepted in one turn of the thread, so that other sockets have theirs. */
  private static final int MOST_AT_ONCE = 128;

  /** Accepted, and not taken by an I/O thread yet. */
  static final int MOST_WAITING = 1024;

  /** After a failure, which is a lack of file descriptors most of the time. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final NioXnioWorker worker;
  private final ServerSocketChannel bound;
  private final Listener listener;
  private final List<ArrivalLine> lines;
  private volatile Consumer<StreamConnection> taker;
  private final AtomicInteger waiting = new AtomicInteger();
  private int next;
  private boolean failing;

  /**
   * @param worker of XNIO's own implementation
   * @param turns of its threads
   * @param bound closed with this
   * @param taker gets each connection, on the I/O thread that it belongs to
   */
  public BoundServer(
      XnioWorker worker,
      List<Turns> turns,
      ServerSocketChannel bound,
      Consumer<StreamConnection> taker)
      throws IOException {
    bound.configureBlocking(false);
    this.worker = (NioXnioWorker) worker;
    this.bound = bound;
    this.taker = taker;
    this.listener = new Listener(this.worker.getAcceptThread());
    this.lines =
        turns.stream().map(turn -> new ArrivalLine(turn, this::given, this::taken)).toList();
  }

  /** The socket that listens, at the thread that accepts. */
  private final class Listener extends NioHandle {
    Listener(WorkerThread thread) throws IOException {
      super(thread, thread.registerChannel(bound));
      getSelectionKey().attach(this);
    }

    @Override
    void handleReady(int ops) {
      accept();
    }

    @Override
    void forceTermination() {
      close();
    }

    @Override
    void terminated() {
      // Nobody asks.
    }

    private void go() {
      resume(SelectionKey.OP_ACCEPT);
    }

    private void pause() {
      suspend(SelectionKey.OP_ACCEPT);
    }
  }

  /** Begins to accept. */
  public void start() {
    listener.go();
  }

  private void given(StreamConnection connection) {
    taker.accept(connection);
  }

  /** From now on connections go to another taker; those that were given to the former one stay. */
  public void giveTo(Consumer<StreamConnection> next) {
    taker = next;
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) bound.socket().getLocalSocketAddress();
  }

  /** Called on the thread that accepts. */
  private void accept() {
    try {
      accept(MOST_AT_ONCE, this::hasRoom);
    } catch (ClosedChannelException _) {
      // It was closed meanwhile.
    } catch (IOException e) {
      backOff(e);
    }
  }

  /** Whatever waits in the system's queue, as long as there is {@code room} for it. */
  private void accept(int most, BooleanSupplier room) throws IOException {
    for (int i = 0; i < most && room.getAsBoolean(); i++) {
      SocketChannel accepted = bound.accept();
      if (accepted == null) {
        return;
      }
      failing = false;
      stand(accepted);
    }
  }

  private boolean hasRoom() {
    if (waiting.get() < MOST_WAITING) {
      return true;
    }
    listener.pause();
    if (waiting.get() <= MOST_WAITING / 2) {
      listener.go(); // They were taken meanwhile.
    }
    return false;
  }

  /** Connections that were accepted, and that no I/O thread has taken yet. */
  int waiting() {
    return waiting.get();
  }

  private void taken() {
    if (waiting.getAndDecrement() == MOST_WAITING / 2) {
      listener.go();
    }
  }

  private void stand(SocketChannel accepted) {
    try {
      accepted.configureBlocking(false);
      accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
      KeepAlive.CLIENT.apply(accepted);
    } catch (IOException _) {
      IoUtils.safeClose(accepted); // Its client has gone again.
      return;
    }
    waiting.incrementAndGet();
    next = (next + 1) % lines.size();
    lines.get(next).add(accepted);
  }

  private void backOff(IOException reason) {
    if (!failing) {
      LOG.warn(
          "no connection can be accepted at {}, which is tried again every {} ms: {}",
          address(),
          PAUSE.toMillis(),
          reason.getMessage());
    }
    failing = true;
    listener.pause();
    worker.getAcceptThread().executeAfter(listener::go, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
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
                acceptLast(most);
                closeListener();
                closed.countDown();
              });
      var _ = closed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      var taken = new CountDownLatch(lines.size());
      lines.forEach(line -> line.takeAll(taken::countDown));
      var _ = taken.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    } finally {
      close();
    }
  }

  private void acceptLast(int most) {
    try {
      accept(most, () -> true);
    } catch (IOException _) {
      // There are no more.
    }
  }

  private void closeListener() {
    IoUtils.safeClose(bound);
    listener.cancelKey(false);
  }

  /** Listens no more; what waits in the system's queue is reset. While the worker runs. */
  @Override
  public void close() {
    closeListener();
    lines.forEach(IoUtils::safeClose);
  }
}
