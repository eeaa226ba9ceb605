package io.phalanx.node.exchange;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The one thread on which everything of an exchange happens. Tasks must not wait. */
public interface IoThread extends Executor {
  /** Runs what it is given; in place if that is the caller's thread. */
  @Override
  void execute(Runnable task);

  /**
   * Runs {@code task} after a while, and never in place, be the while zero.
   *
   * @return calls the task off, if it has not been run; only to be called on this thread
   */
  Runnable after(Duration delay, Runnable task);
}
