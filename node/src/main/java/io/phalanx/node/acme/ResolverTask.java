package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.node.acme.AuthorityException.Kind;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.OrderCounts.Outcome;
import io.phalanx.node.acme.Plan.Due;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets and renews the certificates of one resolver while this member holds its lease: some at a
 * time, each in its own thread, and no order while the authority cannot be reached or grants none.
 */
public final class ResolverTask implements LeaseTask {
  private static final Logger LOG = LoggerFactory.getLogger(ResolverTask.class);

  /** Orders that are in progress at one time. */
  private static final int MOST_AT_ONCE = 4;

  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
  private static final Duration FLEET_PAUSE = Duration.ofSeconds(1);

  /** What nobody needs stays for some time, since routers come and go. */
  private static final Duration UNNEEDED = Duration.ofHours(1);

  private final Resolver resolver;
  private final Documents documents;
  private final ServedStates served;
  private final InstantSource clock;
  private final Wanted wanted;
  private final Instructions instructions;
  private final OrderCounts counts;

  /**
   * @param wanted what the configuration needs
   * @param instructions of operators
   * @param counts what comes of attempts is counted there
   */
  public ResolverTask(
      Resolver resolver,
      Documents documents,
      ServedStates served,
      InstantSource clock,
      Wanted wanted,
      Instructions instructions,
      OrderCounts counts) {
    this.resolver = resolver;
    this.documents = documents;
    this.served = served;
    this.clock = clock;
    this.wanted = wanted;
    this.instructions = instructions;
    this.counts = counts;
  }

  @Override
  public void run(Lease lease) throws InterruptedException {
    LOG.info(
        "certificate resolver {}: run by this member (lease epoch {})",
        resolver.name(),
        lease.epoch());
    new Term(lease).run();
  }

  private static Instant earliest(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  /** One term as the holder. */
  private final class Term {
    private final Notes notes;
    private final Authority authority = new Authority(resolver);
    private final Registration registration;
    private final DnsRecords records;
    private final InstructionWork instructed;
    private final Semaphore hints = new Semaphore(0);
    private final Map<String, Thread> inWork = new ConcurrentHashMap<>();
    private final RenewalHints renewals = new RenewalHints();
    private final Pause pause = new Pause(resolver, clock);
    private final Room room = new Room(resolver.name(), documents, served);
    private final Map<String, Instant> unneededSince = new HashMap<>();
    private volatile boolean registered;

    Term(Lease lease) {
      this.notes = new Notes(documents, lease);
      this.registration = new Registration(resolver, authority, notes, served);
      this.records = DnsRecords.of(resolver, documents, notes, served, clock);
      this.instructed = new InstructionWork(resolver, authority, notes, clock, instructions);
    }

    void run() throws InterruptedException {
      Runnable hint = hints::release;
      wanted.whenChanged(hint);
      instructions.whenChanged(hint);
      counts.show(resolver.name());
      try {
        awaitFleet();
        leaveOther();
        while (true) {
          Instant swept = records.see(clock.instant(), hint);
          Instant next = earliest(seeTo(clock.instant()), swept);
          boolean _ = hints.tryAcquire(millisUntil(next), TimeUnit.MILLISECONDS);
          hints.drainPermits();
        }
      } finally {
        wanted.forget(hint);
        instructions.forget(hint);
        end();
      }
    }

    private long millisUntil(Instant next) {
      Instant now = clock.instant();
      Instant end = earliest(next, now.plus(LONGEST_WAIT));
      return end.isAfter(now) ? Duration.between(now, end).toMillis() + 1 : 0;
    }

    private void awaitFleet() throws InterruptedException {
      String told = "";
      Optional<String> reason = documents.catchUp();
      while (reason.isPresent()) {
        if (!reason.get().equals(told)) {
          LOG.warn("certificate resolver {} waits: {}", resolver.name(), reason.get());
          told = reason.get();
        }
        TimeUnit.NANOSECONDS.sleep(FLEET_PAUSE.toNanos());
        reason = documents.catchUp();
      }
    }

    private void leaveOther() throws InterruptedException {
      try {
        registration.leaveOther();
      } catch (Notes.OldException e) {
        LOG.info("certificate resolver {}: {}", resolver.name(), e.getMessage());
      }
    }

    private void end() throws InterruptedException {
      List<Thread> all = List.copyOf(inWork.values());
      all.forEach(Thread::interrupt);
      for (Thread one : all) {
        one.join();
      }
      records.end();
    }

    /** Starts what is due. Returns when to come back, if nobody calls before. */
    private Instant seeTo(Instant now) throws InterruptedException {
      Instant paused = pause.until();
      // Whoever ends from here on may have changed what is planned by.
      Set<String> busy = Set.copyOf(inWork.keySet());
      Plan plan =
          new Plan(
              wanted.needs(resolver.name()),
              served.states(),
              wanted.given(now),
              held -> renewals.renewal(held.certificate()),
              instructed.renewals());
      List<Due> due = room.of(plan, plan.due(now), inWork.size());
      List<InstructionWork.Due> revocations = instructed.revocations();
      tidy(plan, now);
      instructed.tidy(plan, served.states());
      if (registered && inWork.isEmpty() && !needsHint(due, now)) {
        renewals.tell(resolver.name(), notes);
      }
      Instant next =
          Stream.concat(
                  due.stream().filter(one -> !inWork.containsKey(one.name())).map(Due::at),
                  revocations.stream()
                      .filter(one -> !inWork.containsKey(one.name()))
                      .map(InstructionWork.Due::at))
              .min(Comparator.naturalOrder())
              .orElse(Instant.MAX);
      if (next.isAfter(now) && !needsHint(due, now)) {
        return earliest(next, nextHint(due));
      }
      if (paused.isAfter(now)) {
        return registered && pause.isForOrdersOnly()
            ? earliest(paused, startRevocations(revocations, now))
            : paused;
      }
      if (!registered && !register()) {
        return pause.until();
      }
      var _ = startRevocations(revocations, now);
      for (Due one : due) {
        if (!one.at().isAfter(now) && !busy.contains(one.name()) && inWork.size() < MOST_AT_ONCE) {
          start(one.name(), () -> order(one));
        }
      }
      for (Due one : due) {
        one.state()
            .held()
            .map(Held::certificate)
            .filter(certificate -> renewals.isDue(certificate, now))
            .filter(_ -> inWork.size() < MOST_AT_ONCE)
            .ifPresent(certificate -> start(one.name(), () -> look(certificate)));
      }
      return inWork.size() < MOST_AT_ONCE ? earliest(next, nextHint(due)) : Instant.MAX;
    }

    /** Returns when there is one more to start. */
    private Instant startRevocations(List<InstructionWork.Due> revocations, Instant now) {
      Instant next = Instant.MAX;
      for (InstructionWork.Due one : revocations) {
        if (one.at().isAfter(now)) {
          next = earliest(next, one.at());
        } else if (inWork.size() < MOST_AT_ONCE) {
          start(one.name(), () -> revoke(one));
        }
      }
      return next;
    }

    private Instant nextHint(List<Due> due) {
      renewals.retain(certificates(due.stream()));
      return renewals.next(idle(due));
    }

    private boolean needsHint(List<Due> due, Instant now) {
      return idle(due).stream().anyMatch(certificate -> renewals.isDue(certificate, now));
    }

    /** Of what nothing is asked just now. */
    private List<X509Certificate> idle(List<Due> due) {
      return certificates(due.stream().filter(one -> !inWork.containsKey(one.name())));
    }

    private static List<X509Certificate> certificates(Stream<Due> due) {
      return due.flatMap(one -> one.state().held().map(Held::certificate).stream()).toList();
    }

    private interface Work {
      void run() throws AuthorityException, InterruptedException;
    }

    private void start(String name, Work work) {
      if (inWork.containsKey(name)) {
        return;
      }
      Thread thread =
          Thread.ofVirtual().name("certificate-" + name).unstarted(() -> runOne(name, work));
      inWork.put(name, thread);
      thread.start();
    }

    private void runOne(String name, Work work) {
      try {
        work.run();
        pause.end();
      } catch (InterruptedException _) {
        // The lease is gone.
      } catch (AuthorityException e) {
        pause.begin(e);
        switch (e.kind()) {
          case LIMITED ->
              registration.remember(
                  new AccountState.Limited(pause.until(), String.valueOf(e.getMessage())));
          case UNKNOWN -> {
            registration.forget();
            registered = false;
          }
          case UNREACHABLE, REFUSED, LATE -> {}
        }
      } catch (RuntimeException e) {
        LOG.error("certificate resolver {}: {} failed", resolver.name(), name, e);
        pause.begin(new AuthorityException(Kind.UNREACHABLE, String.valueOf(e.getMessage())));
      } finally {
        inWork.remove(name);
        hints.release();
      }
    }

    private void order(Due due) throws AuthorityException, InterruptedException {
      var ordering =
          new Ordering(resolver, authority, notes, records, clock, due.name(), due.state());
      if (ordering.isOvertaken()) {
        return;
      }
      try {
        try {
          renewals.came(ordering.issue(), clock.instant());
          counts.count(resolver.name(), Outcome.ISSUED);
        } catch (AuthorityException e) {
          counts.count(resolver.name(), Outcome.of(e.kind()));
          if (e.isOfAll()) {
            throw e;
          }
          ordering.failed(e);
          if (e.kind() == Kind.LIMITED) {
            throw e;
          }
        }
      } catch (Notes.OldException e) {
        LOG.info("certificate resolver {}: {}", resolver.name(), e.getMessage());
        awaitFleet();
      }
    }

    private void revoke(InstructionWork.Due due) throws AuthorityException, InterruptedException {
      try {
        instructed.carryOut(due.revoke());
      } catch (Notes.OldException e) {
        LOG.info("certificate resolver {}: {}", resolver.name(), e.getMessage());
        awaitFleet();
      }
    }

    /** One that cannot be had does without: renewals have a time of their own. */
    private void look(X509Certificate certificate) throws InterruptedException {
      Optional<Authority.Window> window = renewals.window(certificate);
      try {
        window = authority.window(certificate);
      } catch (AuthorityException e) {
        LOG.debug("no hint for a renewal: {}", e.getMessage());
      }
      renewals.keep(certificate, window, clock.instant());
    }

    /** Has the account be there. Returns whether it may be used now. */
    private boolean register() throws InterruptedException {
      try {
        Optional<AccountState.Limited> limit = registration.register(clock.instant());
        limit.ifPresent(pause::remembered);
        registered = limit.isEmpty();
      } catch (AuthorityException e) {
        pause.begin(e);
      } catch (Notes.OldException e) {
        LOG.info("certificate resolver {}: {}", resolver.name(), e.getMessage());
        awaitFleet();
      }
      return registered;
    }

    /** Drops what nobody needs any more and no client can be shown. */
    private void tidy(Plan plan, Instant now) throws InterruptedException {
      for (Map.Entry<String, CertificateState> one : served.states().entrySet()) {
        CertificateState state = one.getValue();
        boolean isOurs = state.need().resolver().equals(resolver.name());
        boolean isNeeded = plan.needs().containsKey(one.getKey());
        boolean isServed = state.held().filter(held -> held.end().isAfter(now)).isPresent();
        if (!isOurs || isNeeded || isServed) {
          unneededSince.remove(one.getKey());
        } else if (unneededSince
            .computeIfAbsent(one.getKey(), _ -> now)
            .isBefore(now.minus(UNNEEDED))) {
          remove(one.getKey());
        }
      }
    }

    private void remove(String name) throws InterruptedException {
      Optional<Document> document = notes.document(name);
      if (document.isPresent()) {
        try {
          notes.remove(document.get());
        } catch (Notes.OldException e) {
          LOG.debug("a certificate that nobody needs stays: {}", e.getMessage());
        }
      }
    }
  }
}
