package io.phalanx.cluster.lease;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a lease's task while the lease is held; each term on a virtual thread of its own. Not
 * thread-safe: one thread drives it.
 */
public final class LeaseWorker {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseWorker.class);

  private final LeaseTask task;
  private @Nullable Thread running;
  private Optional<Lease> held = Optional.empty();

  public LeaseWorker(LeaseTask task) {
    this.task = task;
  }

  /**
   * Starts, goes on or ends, so that the task runs for exactly this lease. Waits for the end of a
   * task that has to end.
   */
  public void hold(Optional<Lease> lease) throws InterruptedException {
    if (lease.equals(held) && !hasEnded()) {
      return;
    }
    end();
    held = lease;
    lease.ifPresent(
        term -> running = Thread.ofVirtual().name("lease-" + term.name()).start(() -> run(term)));
  }

  private boolean hasEnded() {
    Thread thread = running;
    return thread != null && !thread.isAlive();
  }

  private void run(Lease lease) {
    try {
      task.run(lease);
    } catch (InterruptedException _) {
      // The lease is gone.
    } catch (RuntimeException e) {
      LOG.error("the task of lease {} failed and is run again", lease.name(), e);
    }
  }

  /** Interrupts the task and waits for its end. */
  public void end() throws InterruptedException {
    Thread thread = running;
    running = null;
    held = Optional.empty();
    if (thread != null) {
      thread.interrupt();
      thread.join();
    }
  }
}
