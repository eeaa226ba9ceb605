package io.phalanx.cluster.local;

import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.RevisionDelivery;
import io.phalanx.cluster.revision.Revisions;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Revisions of a node on its own, in memory. */
final class LocalRevisions implements Revisions, AutoCloseable {
  private final InstantSource clock;
  private final AtomicReference<Optional<Revision>> active =
      new AtomicReference<>(Optional.empty());
  private final RevisionDelivery delivery = new RevisionDelivery(active::get);

  LocalRevisions(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Optional<Revision> active() {
    return active.get();
  }

  @Override
  public void subscribe(Consumer<Revision> listener) {
    delivery.subscribe(listener);
  }

  @Override
  public Publication publish(Optional<Revision> predecessor, String author, String content) {
    Optional<Revision> before = active.get();
    if (before.equals(predecessor)) {
      long number = before.map(Revision::number).orElse(0L) + 1;
      var next = new Revision(number, author, clock.instant(), content);
      if (active.compareAndSet(before, Optional.of(next))) {
        delivery.changed();
        return new Publication.Accepted(next);
      }
    }
    return new Publication.Overtaken(active.get().map(Revision::number).orElse(0L));
  }

  @Override
  public void close() {
    delivery.close();
  }
}
