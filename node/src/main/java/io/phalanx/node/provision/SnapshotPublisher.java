package io.phalanx.node.provision;

import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.revision.Revisions.Publication;
import io.phalanx.node.activation.Contents;
import io.phalanx.node.activation.RevisionContent;
import io.phalanx.node.activation.RevisionContent.TooLargeException;
import io.phalanx.providers.Snapshot;
import io.phalanx.providers.tree.Tree;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Function;
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
  private final Contents contents;
  private final BiPredicate<String, Tree.Mapping> wanted;

  /** When an offer is made, and for how long. */
  enum Persistence {
    /** Only where there is no revision yet; until the fleet takes it. */
    FIRST,
    /** Until the fleet takes it. */
    PATIENT,
    /** A fleet that cannot take it now is not asked again. */
    ONCE
  }

  /**
   * @param member this member's name, for the author of revisions
   * @param first what a fleet without a revision starts from
   * @param contents what revisions hold
   * @param wanted whether the provider with this name is one under these settings of the fleet
   */
  public SnapshotPublisher(
      Revisions revisions,
      String member,
      RevisionContent first,
      Contents contents,
      BiPredicate<String, Tree.Mapping> wanted) {
    this.revisions = revisions;
    this.member = member;
    this.first = first;
    this.contents = contents;
    this.wanted = wanted;
  }

  /** The fleet cannot take anything now. */
  public static final class UnavailableException extends IOException {
    private UnavailableException(String reason) {
      super("the fleet did not take it: " + reason);
    }
  }

  /** The fleet was asked and did not answer in time. */
  public static final class UnknownOutcomeException extends IOException {
    private UnknownOutcomeException(String reason) {
      super(
          "it is not known whether the fleet takes it: "
              + reason
              + ". It may come about later: see `phalanx config history`");
    }
  }

  /** A member cannot serve what was to be published. */
  public static final class RefusedException extends IOException {
    private RefusedException(String member, String reason) {
      super("member " + member + " cannot serve it: " + reason);
    }
  }

  Contents contents() {
    return contents;
  }

  /** Publishes the first revision of a fleet that has none. */
  public void publishFirst() throws InterruptedException, IOException {
    if (revisions.active().isEmpty()) {
      publish(member, Optional::of, Persistence.FIRST, Optional.empty());
    }
  }

  /**
   * Waits until the snapshot is in the newest revision; does nothing if it is there already.
   *
   * @param under the lease of the provider
   * @return the revision that the fleet is rolled back to, if so: then the snapshot is held back
   * @throws TooLargeException if it does not fit into a revision; the newest one stays as it is
   * @throws RefusedException if a member cannot serve it; the newest one stays as it is
   */
  public Optional<Long> publish(String provider, Snapshot snapshot, Lease under)
      throws InterruptedException, IOException {
    RevisionContent now =
        publish(
            provider + " on " + member,
            content ->
                content.rolledBackTo().isPresent() || !wanted.test(provider, content.settings())
                    ? Optional.empty()
                    : Optional.of(content.with(provider, snapshot)),
            Persistence.PATIENT,
            Optional.of(under));
    return now.rolledBackTo();
  }

  /** Publishes {@code change} of the newest revision, unless it changes nothing or is empty. */
  RevisionContent publish(
      String author,
      Function<RevisionContent, Optional<RevisionContent>> change,
      Persistence persistence,
      Optional<Lease> under)
      throws InterruptedException, IOException {
    String told = "";
    while (true) {
      Optional<Revision> active = revisions.active();
      RevisionContent before = active.map(contents::of).orElse(first);
      RevisionContent after = change.apply(before).orElse(before);
      if (active.isPresent() && (persistence == Persistence.FIRST || after.equals(before))) {
        return before;
      }
      switch (offered(active, author, after, under)) {
        case Publication.Accepted(Revision revision) -> {
          LOG.info("revision {} by {}", revision.number(), author);
          return after;
        }
        case Publication.Refused(String by, String reason) ->
            throw new RefusedException(by, reason);
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
          if (persistence == Persistence.ONCE) {
            throw new UnavailableException(reason);
          }
          told = askAgain(author, reason, told);
        }
        case Publication.Unknown(String reason) -> {
          if (persistence == Persistence.ONCE) {
            throw new UnknownOutcomeException(reason);
          }
          told = askAgain(author, reason, told);
        }
      }
    }
  }

  private Publication offered(
      Optional<Revision> active, String author, RevisionContent content, Optional<Lease> under)
      throws InterruptedException, IOException {
    try {
      return revisions.publish(active, author, contents.offer(content), under);
    } finally {
      contents.settled();
    }
  }

  /** Says why, once, and waits. */
  private static String askAgain(String author, String reason, String told)
      throws InterruptedException {
    if (!reason.equals(told)) {
      LOG.warn("the fleet did not take a revision by {} and is asked again: {}", author, reason);
    }
    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    return reason;
  }
}
