package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.node.acme.AuthorityException.Kind;
import io.phalanx.node.acme.dns.ChallengeRecord;
import io.phalanx.node.acme.dns.DnsException;
import io.phalanx.node.acme.dns.DnsSolver;
import io.phalanx.node.acme.dns.PassingTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one resolver that answer challenges by DNS, while this member holds its lease. A
 * record is written down before it is set, and lives as long as an order that has its challenge: so
 * the next holder finds those that are to be removed. Changes go one after another, because some
 * providers have all values of a name in one piece. Thread-safe.
 */
final class DnsRecords {
  private static final Logger LOG = LoggerFactory.getLogger(DnsRecords.class);

  /** Who wrote in between may go on with it. */
  private static final Duration AFTER_OTHERS = Duration.ofSeconds(1);

  private final String resolver;
  private final Documents documents;
  private final Notes notes;
  private final ServedStates served;
  private final InstantSource clock;
  private final Optional<DnsSolver> solver;
  private final ReentrantLock changing = new ReentrantLock();

  private volatile Instant notBefore = Instant.MIN;

  private volatile Optional<Thread> sweeping = Optional.empty();

  // Guarded by changing.
  private int failures;

  /**
   * @param resolver its name
   * @param solver empty if the resolver answers no challenge by DNS
   */
  DnsRecords(
      String resolver,
      Optional<DnsSolver> solver,
      Documents documents,
      Notes notes,
      ServedStates served,
      InstantSource clock) {
    this.resolver = resolver;
    this.solver = solver;
    this.documents = documents;
    this.notes = notes;
    this.served = served;
    this.clock = clock;
  }

  /** As a resolver's settings have it. */
  static DnsRecords of(
      Resolver resolver,
      Documents documents,
      Notes notes,
      ServedStates served,
      InstantSource clock) {
    Optional<DnsSolver> solver =
        resolver.dns().map(options -> new DnsSolver(options, PassingTime.of(clock)));
    return new DnsRecords(resolver.name(), solver, documents, notes, served, clock);
  }

  /**
   * Sets the records of those challenges that are answered by DNS. Returns when name servers show
   * them.
   *
   * @throws AuthorityException with the words of the provider or what name servers lack, if not;
   *     the order can be gone on with
   */
  void set(List<ChallengeAnswer> answers)
      throws AuthorityException, InterruptedException, Notes.OldException {
    List<ChallengeAnswer> ours =
        answers.stream().filter(answer -> answer.kind() == ChallengeKind.DNS_01).toList();
    if (ours.isEmpty()) {
      return;
    }
    DnsSolver through =
        solver.orElseThrow(() -> new IllegalStateException("a challenge by DNS without a solver"));
    try {
      var records = new ArrayList<ChallengeRecord>();
      for (ChallengeAnswer answer : ours) {
        ChallengeRecord record =
            through.record(answer.name(), answer.token(), answer.authorization());
        set(record, through);
        records.add(record);
      }
      through.awaitSeen(records);
    } catch (DnsException e) {
      throw new AuthorityException(Kind.LATE, "dnsChallenge: " + e.getMessage(), e.until());
    }
  }

  private void set(ChallengeRecord record, DnsSolver through)
      throws DnsException, InterruptedException, Notes.OldException {
    var entry = new DnsEntry(resolver, record);
    changing.lockInterruptibly();
    try {
      if (notes.document(entry.documentName()).isEmpty()) {
        if (documents.all().size() >= Documents.MAX_COUNT) {
          throw new DnsException("there is no room to write its record down");
        }
        notes.write(entry.documentName(), Optional.empty(), entry::bytes);
      }
      through.add(record);
      requireOurs(entry, through);
    } finally {
      changing.unlock();
    }
    LOG.info("certificate resolver {}: record {} is set", resolver, record.name());
  }

  /** A holder that was frozen sets a record that the next one has removed already. */
  private void requireOurs(DnsEntry entry, DnsSolver through)
      throws DnsException, InterruptedException {
    boolean isKnown = documents.catchUp().isEmpty();
    if (isKnown && notes.document(entry.documentName()).isEmpty()) {
      through.remove(entry.record());
      throw new DnsException("another member has the order, and removed its record");
    }
  }

  /**
   * Has what is left over be removed, in a thread of its own. Called by one thread.
   *
   * @param done called when it is over
   * @return when to come back, if {@code done} is not called before
   */
  Instant see(Instant now, Runnable done) {
    Instant due = sweeping.isPresent() ? Instant.MAX : due();
    if (due.isAfter(now)) {
      return due;
    }
    Thread thread = Thread.ofVirtual().name("records-" + resolver).unstarted(() -> sweepOnce(done));
    sweeping = Optional.of(thread);
    thread.start();
    return Instant.MAX;
  }

  private void sweepOnce(Runnable done) {
    try {
      sweep();
    } catch (InterruptedException _) {
      // The lease is gone.
    } finally {
      sweeping = Optional.empty();
      done.run();
    }
  }

  /** When {@link #sweep} is to be called; {@link Instant#MAX} if nothing is left over. */
  Instant due() {
    return solver.isEmpty() || leftovers().isEmpty() ? Instant.MAX : notBefore;
  }

  /** Those whose challenge no order has any more. */
  private List<Document> leftovers() {
    List<Document> ours =
        documents.all().tailMap(DnsEntry.prefix(resolver)).values().stream()
            .takeWhile(document -> document.name().startsWith(DnsEntry.prefix(resolver)))
            .toList();
    if (ours.isEmpty() || served.hasUnreadable()) {
      // What cannot be read may be the order that needs them.
      return List.of();
    }
    var inUse =
        served.states().values().stream()
            .filter(state -> state.need().resolver().equals(resolver))
            .flatMap(state -> state.order().stream())
            .flatMap(order -> order.challenges().stream())
            .filter(answer -> answer.kind() == ChallengeKind.DNS_01)
            .map(ChallengeAnswer::authorization)
            .collect(Collectors.toUnmodifiableSet());
    return ours.stream()
        .filter(
            document ->
                entry(document)
                    .filter(entry -> !inUse.contains(entry.record().authorization()))
                    .isPresent())
        .toList();
  }

  private static Optional<DnsEntry> entry(Document document) {
    try {
      return Optional.of(document.content().lend(DnsEntry::of));
    } catch (IllegalStateException e) {
      LOG.debug("document {}: {}", document.name(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Removes what is left over; what cannot be removed is tried again later. */
  void sweep() throws InterruptedException {
    changing.lockInterruptibly();
    try {
      // Looked for here, since orders write their challenges down before they set records.
      for (Document document : leftovers()) {
        remove(document, entry(document).orElseThrow().record());
      }
      failures = 0;
      notBefore = Instant.MIN;
    } catch (DnsException | RuntimeException e) {
      failures++;
      notBefore = clock.instant().plus(Backoff.ORDERS.after(failures));
      LOG.warn(
          "certificate resolver {}: a record is not removed, tried again at {}: {}",
          resolver,
          notBefore,
          e.getMessage());
    } catch (Notes.OldException e) {
      notBefore = clock.instant().plus(AFTER_OTHERS);
      LOG.debug("a record is left to whoever holds the lease: {}", e.getMessage());
    } finally {
      changing.unlock();
    }
  }

  private void remove(Document document, ChallengeRecord record)
      throws DnsException, InterruptedException, Notes.OldException {
    solver.orElseThrow().remove(record);
    notes.remove(document);
    LOG.info("certificate resolver {}: record {} is removed", resolver, record.name());
  }

  /** No order may be at work with it any more. */
  void end() throws InterruptedException {
    Optional<Thread> last = sweeping;
    if (last.isPresent()) {
      last.get().interrupt();
      last.get().join();
    }
    solver.ifPresent(DnsSolver::close);
  }
}
