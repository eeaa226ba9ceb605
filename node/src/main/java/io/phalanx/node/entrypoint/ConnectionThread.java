package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.IoThread;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

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
    XnioExecutor.Key key = thread.executeAfter(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return key::remove;
  }
}
