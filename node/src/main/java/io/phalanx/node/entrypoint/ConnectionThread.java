package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.IoThread;
import java.time.Duration;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.nio.Turns;

/** The I/O thread of a client's connection. */
record ConnectionThread(XnioIoThread thread) implements IoThread {
  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread() == thread) {
      task.run();
    } else {
      thread.execute(task);
    }
  }

  @Override
  public Runnable after(Duration delay, Runnable task) {
    XnioExecutor.Key key = Turns.after(thread, delay, task);
    return key::remove;
  }
}
