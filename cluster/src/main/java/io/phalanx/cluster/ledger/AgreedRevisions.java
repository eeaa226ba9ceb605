package io.phalanx.cluster.ledger;

import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.ledger.Agreement.Result;
import io.phalanx.cluster.ledger.Call.Sealed;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.RevisionDelivery;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.secrets.OffHeap;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Revisions as the ledger has them. A thread sees to it that this member knows what the others
 * know: told at once when something is agreed on, and looking by itself every few seconds.
 */
public final class AgreedRevisions implements Revisions, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgreedRevisions.class);
  private static final Duration CHECK = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final LedgerKeeper keeper;
  private final Agreement agreement;
  private final InstantSource clock;
  private final AtomicReference<Optional<Revision>> newest =
      new AtomicReference<>(Optional.empty());
  private final RevisionDelivery delivery = new RevisionDelivery(newest::get);
  private final Semaphore hints = new Semaphore(0);
  private final Membership membership;
  private Set<Ballot> doubted = Set.of();
  private final Thread following;

  AgreedRevisions(
      LedgerKeeper keeper, Agreement agreement, Membership membership, InstantSource clock) {
    this.keeper = keeper;
    this.agreement = agreement;
    this.membership = membership;
    this.clock = clock;
    keeper.whenLearned(hints::release);
    this.following = Thread.ofVirtual().name("ledger").unstarted(this::follow);
  }

  /** Serves what is known by now, and follows what comes. */
  void start() throws InterruptedException, IOException {
    serve();
    following.start();
  }

  private void follow() {
    try {
      while (true) {
        boolean told = hints.tryAcquire(CHECK.toNanos(), TimeUnit.NANOSECONDS);
        hints.drainPermits();
        try {
          if (!told) {
            lookAround();
          }
          serve();
          agreement.writeAgain();
        } catch (IOException | RuntimeException e) {
          LOG.warn("what the fleet has agreed on cannot be followed now: {}", e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void lookAround() throws InterruptedException, IOException {
    List<Vote> accepted = agreement.look(LOOK);
    long known = keeper.chosen().map(vote -> vote.ledger().version()).orElse(0L);
    var open = new HashSet<Ballot>();
    for (Vote vote : accepted) {
      if (vote.ledger().version() > known) {
        open.add(vote.ballot());
      }
    }
    // What is still open at the second look was left by somebody who died.
    boolean left = open.stream().anyMatch(doubted::contains);
    doubted = open;
    if (left) {
      agreement.agree(_ -> Optional.empty(), LIMIT);
    }
    membership.keepKnown();
  }

  /** Has the newest revision delivered here, if its content can be had. */
  private void serve() throws InterruptedException, IOException {
    Optional<RevisionEntry> entry = keeper.chosen().flatMap(vote -> vote.ledger().newest());
    if (entry.isEmpty() || isServed(entry.get())) {
      return;
    }
    Optional<Revision> next = revision(entry.get());
    if (next.isEmpty()) {
      LOG.warn(
          "no member that is here has the content of revision {}{}",
          entry.get().number(),
          keeper
              .damaged(entry.get().hash())
              .map(file -> ", and " + file + " is damaged")
              .orElse(""));
      return;
    }
    newest.accumulateAndGet(
        next,
        (before, after) ->
            before.filter(now -> !after.orElseThrow().isAfter(now)).isPresent() ? before : after);
    delivery.changed();
    keeper.tidy();
  }

  private Optional<Revision> revision(RevisionEntry entry)
      throws InterruptedException, IOException {
    Optional<Sealed> content = agreement.content(entry.hash());
    return content.isEmpty()
        ? Optional.empty()
        : Optional.of(entry.with(keeper.open(entry.hash(), content.get())));
  }

  private boolean isServed(RevisionEntry entry) {
    return newest.get().filter(revision -> revision.number() >= entry.number()).isPresent();
  }

  @Override
  public Optional<Revision> active() {
    return newest.get();
  }

  @Override
  public void subscribe(Consumer<Revision> listener) {
    delivery.subscribe(listener);
  }

  @Override
  public void tryWith(Function<Revision, Optional<String>> attempt) {
    keeper.tryWith(attempt);
  }

  @Override
  public List<RevisionEntry> history() {
    return keeper.chosen().map(vote -> vote.ledger().history()).orElse(List.of());
  }

  @Override
  public Optional<Revision> revision(long number) throws InterruptedException {
    Optional<RevisionEntry> entry = keeper.chosen().flatMap(vote -> vote.ledger().entry(number));
    try {
      return entry.isPresent() ? revision(entry.get()) : Optional.empty();
    } catch (IOException e) {
      LOG.warn("revision {} cannot be read: {}", number, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public Publication publish(
      Optional<Revision> predecessor, String author, OffHeap content, Optional<Lease> under)
      throws InterruptedException {
    if (!isKnown(predecessor)) {
      return new Publication.Overtaken(newest.get().map(Revision::number).orElse(0L));
    }
    long number = predecessor.map(Revision::number).orElse(0L) + 1;
    RevisionEntry entry =
        new RevisionEntry(number, author, clock.instant(), RevisionEntry.hash(content));
    keeper.underWay().add(entry.hash());
    try {
      return publish(predecessor.map(RevisionEntry::of), entry, content, under);
    } catch (IOException e) {
      if (keeper.unwritten().isEmpty()) {
        LOG.error("a revision cannot be kept", e);
      }
      return new Publication.Unavailable("a revision cannot be kept: " + e.getMessage());
    } finally {
      keeper.underWay().remove(entry.hash());
    }
  }

  /**
   * Whether it is the newest one, as far as can be told here; another may have been told of it
   * first.
   */
  private boolean isKnown(Optional<Revision> predecessor) throws InterruptedException {
    if (!newest.get().equals(predecessor)) {
      try {
        agreement.look(LOOK);
        serve();
      } catch (IOException e) {
        LOG.warn("what the fleet has agreed on cannot be followed now: {}", e.getMessage());
      }
    }
    return newest.get().equals(predecessor);
  }

  private Publication publish(
      Optional<RevisionEntry> predecessor,
      RevisionEntry entry,
      OffHeap content,
      Optional<Lease> under)
      throws InterruptedException, IOException {
    Ledger ledger = keeper.chosen().orElseThrow().ledger();
    Optional<String> lack = agreement.lack(ledger);
    if (lack.isPresent()) {
      return new Publication.Unavailable(lack.get());
    }
    Sealed sealed = keeper.seal(entry, content);
    Map<String, String> objections = agreement.tryOut(entry, sealed, LIMIT);
    if (!objections.isEmpty()) {
      Map.Entry<String, String> first = objections.entrySet().iterator().next();
      return new Publication.Refused(membership.name(first.getKey()), first.getValue());
    }
    Result result =
        agreement.agree(
            before ->
                before.newest().equals(predecessor)
                        && under
                            .filter(lease -> !before.admits(lease.name(), lease.epoch()))
                            .isEmpty()
                    ? Optional.of(with(before, entry, under))
                    : Optional.empty(),
            LIMIT);
    serve();
    return switch (result) {
      case Result.Agreed _ -> new Publication.Accepted(entry.with(content));
      case Result.Declined(Ledger now) when now.history().contains(entry) ->
          new Publication.Accepted(entry.with(content));
      case Result.Declined(Ledger now) ->
          under
              .filter(lease -> !now.admits(lease.name(), lease.epoch()))
              .<Publication>map(
                  lease ->
                      new Publication.Unavailable(
                          "lease " + lease.name() + " is another member's by now"))
              .orElseGet(() -> new Publication.Overtaken(now.number()));
      case Result.Unavailable(String reason) -> new Publication.Unavailable(reason);
      case Result.Unknown(String reason) -> new Publication.Unknown(reason);
    };
  }

  private static Ledger with(Ledger before, RevisionEntry entry, Optional<Lease> under) {
    Ledger after = before.with(entry);
    return under.isPresent() ? after.under(under.get().name(), under.get().epoch()) : after;
  }

  @Override
  public void close() {
    following.interrupt();
    delivery.close();
  }
}
