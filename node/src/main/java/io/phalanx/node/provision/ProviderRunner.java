package io.phalanx.node.provision;

import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.providers.Problem;
import io.phalanx.providers.Provider;
import io.phalanx.providers.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one provider while this member holds its lease. What the provider knows goes to the
 * publisher, the newest first and no more often than the throttle allows. A provider that fails is
 * run again, after a pause that grows while it keeps failing.
 */
public final class ProviderRunner implements LeaseTask {
  private static final Logger LOG = LoggerFactory.getLogger(ProviderRunner.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration PAUSE_AFTER_FAILED_PUBLICATION = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final String name;
  private final Provider provider;
  private final SnapshotPublisher publisher;
  private final Duration throttle;

  /**
   * @param name the provider's name, as its objects are qualified with
   * @param throttle shortest time between two snapshots that are published
   */
  public ProviderRunner(
      String name, Provider provider, SnapshotPublisher publisher, Duration throttle) {
    this.name = name;
    this.provider = provider;
    this.publisher = publisher;
    this.throttle = throttle;
  }

  @Override
  public void run(Lease lease) throws InterruptedException {
    LOG.info("provider {}: run by this member (lease epoch {})", name, lease.epoch());
    var slot = new LatestSlot<Snapshot>();
    Thread publishing =
        Thread.ofVirtual().name("publish-" + name).start(() -> publishAll(lease, slot));
    try {
      superviseProvider(slot);
    } finally {
      publishing.interrupt();
      publishing.join();
    }
  }

  private void superviseProvider(LatestSlot<Snapshot> slot) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      long started = System.nanoTime();
      try {
        provider.run(slot::put);
        LOG.warn("provider {} ended by itself; it is run again in {}", name, pause);
      } catch (IOException | RuntimeException e) {
        LOG.warn(
            "provider {} failed and is run again in {} ms: {}",
            name,
            pause.toMillis(),
            e.getMessage(),
            LOG.isDebugEnabled() ? e : null);
      }
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      boolean ranForLong = System.nanoTime() - started > LONGEST_PAUSE.toNanos();
      pause = ranForLong ? FIRST_PAUSE : min(pause.multipliedBy(2), LONGEST_PAUSE);
    }
  }

  private void publishAll(Lease lease, LatestSlot<Snapshot> slot) {
    List<Problem> reported = List.of();
    boolean held = false;
    try {
      while (true) {
        Snapshot snapshot = slot.take();
        if (!snapshot.problems().equals(reported)) {
          snapshot.problems().forEach(problem -> LOG.error("provider {}: {}", name, problem));
          reported = snapshot.problems();
        }
        Optional<Long> rolledBackTo = publish(snapshot, lease, slot);
        if (rolledBackTo.isPresent()) {
          slot.putIfEmpty(snapshot);
          if (!held) {
            LOG.warn(
                "provider {}: what it reads is held back, since the fleet is rolled back to"
                    + " revision {}; `phalanx config resume` has it go on",
                name,
                rolledBackTo.get());
          }
          TimeUnit.NANOSECONDS.sleep(FIRST_PAUSE.toNanos());
        }
        held = rolledBackTo.isPresent();
        TimeUnit.NANOSECONDS.sleep(throttle.toNanos());
      }
    } catch (InterruptedException _) {
      // The lease is gone: whoever holds it now publishes.
    }
  }

  private Optional<Long> publish(Snapshot snapshot, Lease lease, LatestSlot<Snapshot> slot)
      throws InterruptedException {
    try {
      return publisher.publish(name, snapshot, lease);
    } catch (IOException e) {
      LOG.error("provider {}: what it served before stays: {}", name, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("provider {}: its configuration could not be published, tried again", name, e);
      slot.putIfEmpty(snapshot);
      TimeUnit.NANOSECONDS.sleep(PAUSE_AFTER_FAILED_PUBLICATION.toNanos());
    }
    return Optional.empty();
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
