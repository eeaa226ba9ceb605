package io.phalanx.providers.consulcatalog;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Changes of the catalog, waited for with blocking queries: one for the services that are
 * registered, one for the states of checks, one for the nodes, whose addresses are those of
 * instances without one of their own.
 *
 * <p>An index that goes back (Consul was restored or restarted) or that Consul does not give starts
 * the query anew, as its documentation asks for.
 */
final class CatalogWatch implements Changes {
  /** Registrations and checks often change together: one look for all. */
  private static final long SETTLING_MILLIS = 50;

  /** Between two queries that did not block, so that a Consul without indices is not flooded. */
  private static final long UNBLOCKED_PAUSE_MILLIS = 1000;

  /** What a query found: a change, or why it ended. */
  private record Event(Optional<IOException> failure) {}

  private static final Event CHANGE = new Event(Optional.empty());

  @FunctionalInterface
  private interface Query {
    /** Waits until the index is another than this, and returns it. */
    long await(long index) throws IOException, InterruptedException;
  }

  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(16);
  private final List<Thread> threads;

  CatalogWatch(Catalog catalog) {
    this.threads =
        List.of(
            Thread.ofVirtual().name("consul-services").start(() -> watch(catalog::awaitServices)),
            Thread.ofVirtual().name("consul-checks").start(() -> watch(catalog::awaitChecks)),
            Thread.ofVirtual().name("consul-nodes").start(() -> watch(catalog::awaitNodes)));
  }

  private void watch(Query query) {
    try {
      events.put(new Event(Optional.of(follow(query))));
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** Tells changes until there is a failure, which it returns. */
  private IOException follow(Query query) throws InterruptedException {
    try {
      long known = query.await(0);
      // What was looked at before may be older than this index.
      events.put(CHANGE);
      while (true) {
        long index = query.await(known);
        if (index != known) {
          events.put(CHANGE);
        }
        if (index < known || index == 0) {
          known = 0;
          pause(UNBLOCKED_PAUSE_MILLIS);
        } else {
          known = index;
        }
      }
    } catch (IOException e) {
      return e;
    } catch (RuntimeException e) {
      return new IOException("the catalog cannot be watched: " + e.getMessage(), e);
    }
  }

  private static void pause(long millis) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(millis + ThreadLocalRandom.current().nextLong(millis / 4));
  }

  @Override
  public void await() throws IOException, InterruptedException {
    Event event = events.take();
    TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);
    while (event != null) {
      if (event.failure().isPresent()) {
        throw event.failure().get();
      }
      event = events.poll();
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }
}
