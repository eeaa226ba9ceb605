package io.phalanx.cluster.local;

import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.RevisionDelivery;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.secrets.OffHeap;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Revisions of a node on its own, in memory. */
final class LocalRevisions implements Revisions, AutoCloseable {
  private static final String SELF = "this node";

  /** Of contents that are remembered, in bytes; the newest is, whatever its size. */
  private static final long MOST_REMEMBERED = 16 << 20;

  private final InstantSource clock;
  private final Deque<Revision> history = new ArrayDeque<>();
  private final RevisionDelivery delivery = new RevisionDelivery(this::active);
  private volatile Function<Revision, Optional<String>> trial = _ -> Optional.empty();
  private volatile Optional<Revision> active = Optional.empty();

  LocalRevisions(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Optional<Revision> active() {
    return active;
  }

  @Override
  public void subscribe(Consumer<Revision> listener) {
    delivery.subscribe(listener);
  }

  @Override
  public void tryWith(Function<Revision, Optional<String>> attempt) {
    trial = attempt;
  }

  @Override
  public synchronized List<RevisionEntry> history() {
    return history.stream().map(RevisionEntry::of).toList();
  }

  @Override
  public synchronized Optional<Revision> revision(long number) {
    return history.stream().filter(revision -> revision.number() == number).findFirst();
  }

  @Override
  public Publication publish(
      Optional<Revision> predecessor, String author, OffHeap content, Optional<Lease> under) {
    long number = active.map(Revision::number).orElse(0L) + 1;
    Revision next =
        new RevisionEntry(number, author, clock.instant(), RevisionEntry.hash(content))
            .with(content);
    if (!active.equals(predecessor)) {
      return new Publication.Overtaken(number - 1);
    }
    Optional<String> objection = objection(next);
    if (objection.isPresent()) {
      return new Publication.Refused(SELF, objection.get());
    }
    synchronized (this) {
      if (!active.equals(predecessor)) {
        return new Publication.Overtaken(active.map(Revision::number).orElse(0L));
      }
      remember(next);
      active = Optional.of(next);
    }
    delivery.changed();
    return new Publication.Accepted(next);
  }

  private Optional<String> objection(Revision revision) {
    try {
      return trial.apply(revision);
    } catch (RuntimeException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void remember(Revision next) {
    history.addLast(next);
    while (history.size() > MAX_HISTORY
        || (history.size() > 1
            && history.stream().mapToLong(one -> one.hidden().length()).sum() > MOST_REMEMBERED)) {
      history.removeFirst();
    }
  }

  @Override
  public void close() {
    delivery.close();
  }
}
