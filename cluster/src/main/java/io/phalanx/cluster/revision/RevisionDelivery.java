package io.phalanx.cluster.revision;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners the newest revision, one after another on one virtual thread and never an older
 * one than before. It looks for itself what is newest, so that a hint that was lost or came twice
 * does no harm.
 */
public final class RevisionDelivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RevisionDelivery.class);

  private final Supplier<Optional<Revision>> newest;
  private final List<Consumer<Revision>> listeners = new CopyOnWriteArrayList<>();
  private final Semaphore hints = new Semaphore(0);
  private final Thread thread;
  private final IdentityHashMap<Consumer<Revision>, Revision> told = new IdentityHashMap<>();

  public RevisionDelivery(Supplier<Optional<Revision>> newest) {
    this.newest = newest;
    this.thread = Thread.ofVirtual().name("revisions").start(this::deliverAll);
  }

  public void subscribe(Consumer<Revision> listener) {
    listeners.add(listener);
    changed();
  }

  /** There may be a newer revision, or a new listener. */
  public void changed() {
    hints.release();
  }

  private void deliverAll() {
    try {
      while (true) {
        hints.acquire();
        hints.drainPermits();
        newest.get().ifPresent(this::deliver);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void deliver(Revision revision) {
    for (Consumer<Revision> listener : listeners) {
      Revision before = told.get(listener);
      if (before != null && !revision.isAfter(before)) {
        continue;
      }
      told.put(listener, revision);
      try {
        listener.accept(revision);
      } catch (RuntimeException e) {
        LOG.error("revision {} could not be taken over", revision.number(), e);
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
