package org.xnio.nio;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
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

  /** Each may be a whole request, so that these cost a millisecond or two. */
  static final int DONE_IN_A_TURN = 16;

  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final Pipe pipe;
  private final WorkerThread thread;
  private final Handle handle;

  private Turns(WorkerThread thread, Pipe pipe) throws IOException {
    this.thread = thread;
    this.pipe = pipe;
    this.handle = new Handle(thread, thread.registerChannel(pipe.source()));
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
      if (waiting.isEmpty()) {
        suspend(SelectionKey.OP_READ);
        if (!waiting.isEmpty()) {
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

  private void doSome() {
    for (int i = 0; i < DONE_IN_A_TURN; i++) {
      Runnable next = waiting.poll();
      if (next == null) {
        return;
      }
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
