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

  private void offer(String text) {
    long number = RevisionFormat.number(text);
    if (newest.get().filter(known -> known.number() >= number).isPresent()) {
      return;
    }
    Stored offered = opened(text);
    Optional<Stored> now =
        newest.accumulateAndGet(
            Optional.of(offered),
            (known, other) -> known.isPresent() && known.get().number() >= number ? known : other);
    if (now.orElseThrow().equals(offered)) {
      delivery.changed();
    }
  }

  private void checkAll() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(CHECK.toNanos());
        try {
          restore();
        } catch (HazelcastException | IllegalStateException e) {
          LOG.debug("the newest revision cannot be looked up now: {}", e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /**
   * Looks up the newest revision, and puts back the one that this member knows if the map has an
   * older one or none: when members die while partitions are on their way to new owners, backups
   * may be gone, but every member still has the revision.
   */
  private long restore() {
    String before = map.get(KEY);
    long number = before == null ? 0 : RevisionFormat.number(before);
    Optional<Stored> known = newest.get();
    if (known.isPresent() && known.get().number() > number) {
      String encoded = known.get().text();
      boolean restored =
          before == null
              ? map.putIfAbsent(KEY, encoded) == null
              : map.replace(KEY, before, encoded);
      return restored ? known.get().number() : restore();
    }
    Optional.ofNullable(before).ifPresent(this::offer);
    return number;
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
  public Publication publish(long predecessor, String author, String content) {
    var next = new Revision(predecessor + 1, author, clock.instant(), content);
    try {
      long active = restore();
      if (active != predecessor) {
        return new Publication.Overtaken(active);
      }
      String encoded = format.encode(next);
      Optional<Stored> before = newest.get().filter(stored -> stored.number() == predecessor);
      boolean accepted =
          predecessor == 0
              ? map.putIfAbsent(KEY, encoded) == null
              : before.isPresent() && map.replace(KEY, before.get().text(), encoded);
      if (!accepted) {
        return new Publication.Overtaken(restore());
      }
      offer(encoded);
      return new Publication.Accepted(next);
    } catch (OperationTimeoutException e) {
      return new Publication.Unavailable("no answer in time: " + e.getMessage());
    } catch (HazelcastException | IllegalStateException e) {
      // A stopped instance throws IllegalStateException, which is no HazelcastException.
      return new Publication.Unavailable(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    checking.interrupt();
    delivery.close();
  }
}
