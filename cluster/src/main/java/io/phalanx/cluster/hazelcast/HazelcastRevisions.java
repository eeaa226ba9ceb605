package io.phalanx.cluster.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.RevisionDelivery;
import io.phalanx.cluster.revision.Revisions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revisions under one key of a map with two backups, sealed. Each change is a compare-and-set where
 * the key lives, which makes the order total. Members are told by the map's events, which may be
 * lost when a member dies; so each also looks by itself every few seconds.
 */
final class HazelcastRevisions implements Revisions, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastRevisions.class);
  private static final String KEY = "revision";
  private static final Duration CHECK = Duration.ofSeconds(2);

  private final IMap<String, String> map;
  private final InstantSource clock;
  private final RevisionFormat format;
  private final AtomicReference<Optional<Stored>> newest;
  private final RevisionDelivery delivery;
  private final Thread checking;

  /**
   * A revision, and the text that it is in the map as: a change is made with that very text in the
   * place of which it comes, and sealing makes another text each time.
   */
  private record Stored(String text, Revision revision) {
    long number() {
      return revision.number();
    }
  }

  HazelcastRevisions(HazelcastInstance instance, RevisionFormat format, InstantSource clock) {
    this.format = format;
    this.map = instance.getMap(Joining.STATE_MAP);
    this.clock = clock;
    this.newest = new AtomicReference<>(stored());
    this.delivery = new RevisionDelivery(this::active);
    EntryAddedListener<String, String> added = this::seen;
    EntryUpdatedListener<String, String> updated = this::seen;
    map.addEntryListener(added, KEY, true);
    map.addEntryListener(updated, KEY, true);
    this.checking = Thread.ofVirtual().name("revision-check").start(this::checkAll);
  }

  private Optional<Stored> stored() {
    return Optional.ofNullable(map.get(KEY)).map(this::opened);
  }

  private Stored opened(String text) {
    return new Stored(text, format.decode(text));
  }

  private void seen(EntryEvent<String, String> event) {
    offer(event.getValue());
  }

  /** Takes a text of the map over, unless this member knows a later revision. */
  private void offer(String text) {
    Optional<Stored> known = newest.get();
    if (known.isPresent()
        && (known.get().text().equals(text)
            || known.get().number() > RevisionFormat.number(text))) {
      return;
    }
    Stored offered = opened(text);
    Optional<Stored> now =
        newest.accumulateAndGet(
            Optional.of(offered),
            (before, other) ->
                before.filter(stored -> !offered.revision().isAfter(stored.revision())).isPresent()
                    ? before
                    : other);
    if (now.orElseThrow().equals(offered)) {
      delivery.changed();
    }
  }

  private void checkAll() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(CHECK.toNanos());
        try {
          settle();
        } catch (HazelcastException | IllegalStateException e) {
          LOG.debug("the newest revision cannot be looked up now: {}", e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /**
   * Brings the map and what this member knows to the later of the two, and tells that, as it is in
   * the map. The map's may be the earlier one: when members die while partitions are on their way
   * to new owners, backups may be gone, and when sides of a split meet again, Hazelcast keeps the
   * larger side's; but every member still has the revision that it knows.
   */
  private Optional<Stored> settle() {
    while (true) {
      String text = map.get(KEY);
      Optional.ofNullable(text).ifPresent(this::offer);
      Optional<Stored> known = newest.get();
      if (known.isEmpty() || known.get().text().equals(text)) {
        return known;
      }
      String ours = known.get().text();
      boolean put =
          text == null ? map.putIfAbsent(KEY, ours) == null : map.replace(KEY, text, ours);
      if (put) {
        return known;
      }
    }
  }

  @Override
  public Optional<Revision> active() {
    return newest.get().map(Stored::revision);
  }

  @Override
  public void subscribe(Consumer<Revision> listener) {
    delivery.subscribe(listener);
  }

  @Override
  public Publication publish(Optional<Revision> predecessor, String author, String content) {
    try {
      Optional<Stored> active = settle();
      long number = number(active);
      if (!active.map(Stored::revision).equals(predecessor)) {
        return new Publication.Overtaken(number);
      }
      String next = format.encode(new Revision(number + 1, author, clock.instant(), content));
      boolean accepted =
          active.isEmpty()
              ? map.putIfAbsent(KEY, next) == null
              : map.replace(KEY, active.get().text(), next);
      if (!accepted) {
        return new Publication.Overtaken(number(settle()));
      }
      offer(next);
      return new Publication.Accepted(format.decode(next));
    } catch (OperationTimeoutException e) {
      return new Publication.Unavailable("no answer in time: " + e.getMessage());
    } catch (HazelcastException | IllegalStateException e) {
      // A stopped instance throws IllegalStateException, which is no HazelcastException.
      return new Publication.Unavailable(String.valueOf(e.getMessage()));
    }
  }

  private static long number(Optional<Stored> stored) {
    return stored.map(Stored::number).orElse(0L);
  }

  @Override
  public void close() {
    checking.interrupt();
    delivery.close();
  }
}
