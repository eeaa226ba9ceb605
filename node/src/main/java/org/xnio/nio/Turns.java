package org.xnio.nio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/**
 * Work that waits for one I/O thread, which does some of it in each of its turns. What is given to
 * such a thread to execute is all done before it looks at its sockets again, and so keeps it from
 * whom it serves. So this is itself something that it looks at: a pipe with a byte in it that
 * nobody reads, ready as long as the thread is told to mind it.
 */
public final class Turns implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

  /** Of what was given to it, and as much of what became due. */
  static final int DONE_IN_A_TURN = 16;

  /** No more is begun after that time, as each may be a whole request. */
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final ThreadLocal<Turns> HERE = new ThreadLocal<>();

  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();
  private final Pipe pipe;
  private final WorkerThread thread;
  private final Handle handle;

  private Turns(WorkerThread thread, Pipe pipe) throws IOException {
    this.thread = thread;
    this.pipe = pipe;
    this.handle = new Handle(thread, thread.registerChannel(pipe.source()));
    thread.execute(() -> HERE.set(this));
  }

  /** One for each I/O thread, by its number. */
  public static List<Turns> of(XnioWorker worker) throws IOException {
    var all = new ArrayList<Turns>();
    try {
      for (WorkerThread thread : ((NioXnioWorker) worker).getAll()) {
        all.add(open(thread));
      }
    } catch (IOException | RuntimeException e) {
      all.forEach(IoUtils::safeClose);
      throw e;
    }
    return List.copyOf(all);
  }

  private static Turns open(WorkerThread thread) throws IOException {
    Pipe pipe = Pipe.open();
    try {
      pipe.sink().write(ByteBuffer.allocate(1));
      pipe.source().configureBlocking(false);
      return new Turns(thread, pipe);
    } catch (IOException | RuntimeException e) {
      close(pipe);
      throw e;
    }
  }

  /** Which of {@link #of} belongs to {@code thread}. */
  public static int number(XnioIoThread thread) {
    return ((WorkerThread) thread).getNumber();
  }

  /** The pipe, as the thread sees it. */
  private final class Handle extends NioHandle {
    Handle(WorkerThread thread, SelectionKey key) {
      super(thread, key);
      key.attach(this);
    }

    @Override
    void handleReady(int ops) {
      doSome();
      if (isIdle()) {
        suspend(SelectionKey.OP_READ);
        if (!isIdle()) {
          resume(SelectionKey.OP_READ); // Some came in between.
        }
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
  }

  /** Has {@code work} done when it is its turn, behind what waits already. From any thread. */
  public void add(Runnable work) {
    waiting.add(work);
    handle.resume(SelectionKey.OP_READ);
  }

  /**
   * Has {@code work} done after {@code delay}, and then when it is its turn: limits of time run out
   * together for those who came together, and what is done then is done for many at once. On a
   * thread without turns it is done when it is due.
   *
   * @return to be asked on {@code thread} only
   */
  public static XnioExecutor.Key after(XnioIoThread thread, Duration delay, Runnable work) {
    var late = new Late(work);
    late.timer = thread.executeAfter(late::fall, delay.toNanos(), TimeUnit.NANOSECONDS);
    return late;
  }

  /** Work that waits for its time first. */
  private static final class Late implements XnioExecutor.Key, Runnable {
    private final Runnable work;
    private XnioExecutor.@Nullable Key timer;
    private boolean over;

    private Late(Runnable work) {
      this.work = work;
    }

    private void fall() {
      timer = null;
      Turns here = HERE.get();
      if (here == null) {
        run();
      } else {
        here.due.add(this);
        here.handle.resume(SelectionKey.OP_READ);
      }
    }

    @Override
    public void run() {
      if (!over) {
        over = true;
        work.run();
      }
    }

    @Override
    public boolean remove() {
      boolean inTime = !over;
      over = true;
      XnioExecutor.Key running = timer;
      timer = null;
      if (running != null) {
        running.remove();
      }
      return inTime;
    }
  }

  private boolean isIdle() {
    return waiting.isEmpty() && due.isEmpty();
  }

  private void doSome() {
    long end = System.nanoTime() + TURN_NANOS;
    for (int i = 0; i < DONE_IN_A_TURN && !isIdle(); i++) {
      doNext(waiting);
      doNext(due);
      if (System.nanoTime() - end > 0) {
        return;
      }
    }
  }

  private static void doNext(Queue<Runnable> from) {
    Runnable next = from.poll();
    if (next != null) {
      try {
        next.run();
      } catch (RuntimeException | Error e) {
        LOG.error("work of an I/O thread failed", e);
      }
    }
  }

  WorkerThread thread() {
    return thread;
  }

  /** What waits is not done any more. */
  @Override
  public void close() {
    close(pipe);
    handle.cancelKey(false);
  }

  private static void close(Pipe pipe) {
    IoUtils.safeClose(pipe.sink());
    IoUtils.safeClose(pipe.source());
  }
}
