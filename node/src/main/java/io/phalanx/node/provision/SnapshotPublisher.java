package io.phalanx.node.provision;

import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.revision.Revisions.Publication;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.node.activation.RevisionContent.TooLargeException;
import io.phalanx.providers.Snapshot;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one provider's configuration in its place in the newest revision and publishes the result as
 * the next one.
 */
public final class SnapshotPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotPublisher.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Revisions revisions;
  private final String member;
  private final RevisionContent first;

  /**
   * @param member this member's name, for the author of revisions
   * @param first what a fleet without a revision starts from
   */
  public SnapshotPublisher(Revisions revisions, String member, RevisionContent first) {
    this.revisions = revisions;
    this.member = member;
    this.first = first;
  }

  /** Publishes the first revision of a fleet that has none. */
  public void publishFirst() throws InterruptedException, TooLargeException {
    if (revisions.active().isEmpty()) {
      publish(member, content -> content, true);
    }
  }

  /**
   * Waits until the snapshot is in the newest revision; does nothing if it is there already.
   *
   * @return the revision that it is in
   * @throws TooLargeException if it does not fit into a revision; the newest one stays as it is
   */
  public Revision publish(String provider, Snapshot snapshot)
      throws InterruptedException, TooLargeException {
    return publish(provider + " on " + member, content -> content.with(provider, snapshot), false);
  }

  /** Whether no other has come since. */
  boolean isNewest(Revision revision) {
    return revisions.active().filter(revision::equals).isPresent();
  }

  private Revision publish(String author, UnaryOperator<RevisionContent> change, boolean onlyFirst)
      throws InterruptedException, TooLargeException {
    while (true) {
      Optional<Revision> active = revisions.active();
      RevisionContent before =
          active.map(revision -> RevisionContent.decode(revision.content())).orElse(first);
      RevisionContent after = change.apply(before);
      if (active.isPresent() && (onlyFirst || after.equals(before))) {
        return active.get();
      }
      switch (revisions.publish(active, author, after.encode())) {
        case Publication.Accepted(Revision revision) -> {
          LOG.info("revision {} by {}", revision.number(), author);
          return revision;
        }
        case Publication.Overtaken(long number) -> {
          // Someone else's change came first: ours is made again on top of it, once it is known.
          if (revisions.active().equals(active)) {
            LOG.warn(
                "a revision by {} waits: the fleet has revision {}, which is not known here yet",
                author,
                number);
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
          }
        }
        case Publication.Unavailable(String reason) -> {
          LOG.warn(
              "the fleet did not take a revision by {} and is asked again: {}", author, reason);
          TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
      }
    }
  }
}
