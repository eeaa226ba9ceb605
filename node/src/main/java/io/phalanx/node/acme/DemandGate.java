package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.node.tls.NamesOnDemand;
import io.phalanx.node.tls.WantedNames;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which of the names that clients ask for get a certificate on demand. Whoever makes a
 * handshake can ask for any name, so everything is bounded: what waits, how often is asked whether
 * a name is allowed, how many answers are remembered, how many names the fleet takes in.
 * Thread-safe; nothing waits in a handshake.
 */
public final class DemandGate implements NamesOnDemand.Listener, AutoCloseable {
  /** Names that wait; further ones are dropped, and may come again. */
  static final int MOST_WAITING = 100;

  /** What is remembered of names that get none, the oldest of which is forgotten first. */
  static final int MOST_ANSWERS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(DemandGate.class);
  private static final String LEASE = "certificate-demand";

  /** Documents that are left for what is renewed, ordered and told to be done. */
  private static final int SPARE = 200;

  private static final Duration WRITING = Duration.ofSeconds(20);
  private static final Duration REFUSED = Duration.ofMinutes(10);
  private static final Duration LIMITED = Duration.ofMinutes(1);
  private static final Duration FAILED = Duration.ofSeconds(30);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /** Each takes so long for one name at least: together ten in a second. */
  private static final int WORKERS = 4;

  private static final Duration PACE = Duration.ofMillis(400);

  private final Leases leases;
  private final Documents documents;
  private final Demands demands;
  private final InstantSource clock;
  private final Permissions permissions = new Permissions();
  private final BlockingQueue<Asked> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Set<Asked> known = ConcurrentHashMap.newKeySet();
  private final List<Thread> workers = new ArrayList<>();
  private final Map<Verdict, AtomicLong> counts = new EnumMap<>(Verdict.class);
  private volatile Map<String, OnDemand> rules = Map.of();

  // Guarded by this.
  private final Map<Asked, Instant> withoutUntil =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Asked, Instant> eldest) {
          return size() > MOST_ANSWERS;
        }
      };

  private Instant nextLine = Instant.MIN;

  private record Asked(String resolver, String name) {}

  /** What becomes of a name. */
  enum Verdict {
    /** A certificate is ordered for it. */
    ORDERED,
    /** It has one, and is asked for still. */
    NOTED,
    /** It is no name of a host. */
    NO_NAME,
    /** It is not allowed. */
    REFUSED,
    /** Nobody said whether it is allowed, or the fleet did not take it. */
    FAILED,
    /** The fleet takes no more in now. */
    LIMITED,
    /** Too many waited. */
    DROPPED
  }

  public DemandGate(Leases leases, Documents documents, Demands demands, InstantSource clock) {
    this.leases = leases;
    this.documents = documents;
    this.demands = demands;
    this.clock = clock;
    for (Verdict verdict : Verdict.values()) {
      counts.put(verdict, new AtomicLong());
    }
  }

  /** What became of names that clients asked for here, by the label {@code outcome}. */
  public Map<Map<String, String>, Double> rows() {
    var rows = new LinkedHashMap<Map<String, String>, Double>();
    counts.forEach(
        (verdict, count) ->
            rows.put(
                Map.of("outcome", verdict.name().toLowerCase(Locale.ROOT)), (double) count.get()));
    return rows;
  }

  private Verdict counted(Verdict verdict) {
    Objects.requireNonNull(counts.get(verdict)).incrementAndGet();
    return verdict;
  }

  /** Decides from now on. */
  public void start() {
    for (int i = 0; i < WORKERS; i++) {
      workers.add(Thread.ofVirtual().name("names-on-demand-" + i).start(this::run));
    }
  }

  /** By the names of their resolvers. */
  public void serve(Map<String, OnDemand> now) {
    rules = Map.copyOf(now);
    demands.serve(now.keySet());
  }

  @Override
  public void asked(String resolver, String serverName, boolean isCovered) {
    Instant now = clock.instant();
    Optional<DemandedName> demanded = demands.find(resolver, serverName);
    if (demanded.isPresent() ? !demanded.get().isToBeNoted(now) : isCovered) {
      return;
    }
    var asked = new Asked(resolver, serverName);
    if (isWithout(asked, now) || known.contains(asked)) {
      return;
    }
    if (known.size() >= MOST_WAITING) {
      var _ = counted(Verdict.DROPPED);
    } else if (known.add(asked) && !waiting.offer(asked)) {
      known.remove(asked);
    }
  }

  private synchronized boolean isWithout(Asked asked, Instant now) {
    Instant until = withoutUntil.get(asked);
    return until != null && until.isAfter(now);
  }

  /** Whether it is known that a name gets none now. */
  boolean isWithout(String resolver, String name) {
    return isWithout(new Asked(resolver, name), clock.instant());
  }

  /** How many names wait. */
  int waiting() {
    return waiting.size();
  }

  /** How many answers are remembered. */
  synchronized int remembered() {
    return withoutUntil.size();
  }

  private synchronized void without(Asked asked, Duration time) {
    withoutUntil.remove(asked);
    withoutUntil.put(asked, clock.instant().plus(time));
  }

  private void run() {
    try {
      while (true) {
        Asked asked = waiting.take();
        long start = System.nanoTime();
        try {
          var _ = counted(decide(asked.resolver(), asked.name()));
        } catch (RuntimeException e) {
          LOG.error("a name on demand could not be decided on", e);
        } finally {
          known.remove(asked);
        }
        TimeUnit.NANOSECONDS.sleep(PACE.toNanos() - (System.nanoTime() - start));
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** Decides on one name, and has what comes of it be remembered. */
  Verdict decide(String resolver, String name) throws InterruptedException {
    var asked = new Asked(resolver, name);
    Optional<OnDemand> rule = Optional.ofNullable(rules.get(resolver));
    if (rule.isEmpty() || !isHost(name) || demands.isOfRouter(name)) {
      without(asked, REFUSED);
      return Verdict.NO_NAME;
    }
    try {
      if (demands.find(resolver, name).filter(one -> one.isKept(clock.instant())).isPresent()) {
        ShortTerm.under(leases, LEASE, WRITING, lease -> note(lease, asked));
        return Verdict.NOTED;
      }
      if (!permissions.isAllowed(rule.get(), name)) {
        without(asked, REFUSED);
        return Verdict.REFUSED;
      }
      Optional<String> objection =
          ShortTerm.under(leases, LEASE, WRITING, lease -> takeIn(lease, asked, rule.get()));
      if (objection.isPresent()) {
        without(asked, LIMITED);
        warn(asked, objection.get());
        return Verdict.LIMITED;
      }
      LOG.info("certificate resolver {}: {} is ordered on demand", resolver, name);
      return Verdict.ORDERED;
    } catch (IOException e) {
      without(asked, FAILED);
      warn(asked, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
      return Verdict.FAILED;
    }
  }

  /** Names of hosts as certificates have them, with a dot at least; no addresses or wildcards. */
  private static boolean isHost(String name) {
    return name.indexOf('.') > 0
        && !name.startsWith("*")
        && !Authority.isAddress(name)
        && WantedNames.canonical(name).filter(name::equals).isPresent();
  }

  private synchronized boolean mayTell() {
    Instant now = clock.instant();
    boolean may = !nextLine.isAfter(now);
    if (may) {
      nextLine = now.plus(BETWEEN_LINES);
    }
    return may;
  }

  /** Not under the lock that handshakes wait for: a log may be slow. */
  private void warn(Asked asked, String reason) {
    if (mayTell()) {
      LOG.warn(
          "certificate resolver {}: no certificate on demand for {}: {}",
          asked.resolver(),
          asked.name(),
          reason);
    }
  }

  private Optional<String> note(Lease lease, Asked asked) throws IOException, InterruptedException {
    ShortTerm.catchUp(documents);
    Instant now = clock.instant();
    Optional<DemandedName> known = demands.find(asked.resolver(), asked.name());
    if (known.isPresent() && known.get().isToBeNoted(now)) {
      write(lease, known.get().seen(now));
    }
    return Optional.empty();
  }

  /** Returns why not, if so. */
  private Optional<String> takeIn(Lease lease, Asked asked, OnDemand rule)
      throws IOException, InterruptedException {
    ShortTerm.catchUp(documents);
    Instant now = clock.instant();
    for (DemandedName one : demands.lapsed(now)) {
      Optional<Document> document = documents.find(one.documentName());
      if (document.isPresent()) {
        var _ = documents.remove(lease, document.get());
      }
    }
    List<DemandedName> there = demands.of(asked.resolver());
    if (there.stream().anyMatch(one -> one.name().equals(asked.name()))) {
      return Optional.empty();
    }
    int room = Documents.MAX_COUNT - documents.all().size();
    if (room < SPARE) {
      return Optional.of("there is room for " + room + " documents, which others need");
    }
    if (there.size() >= rule.limit()) {
      return Optional.of("there are " + rule.limit() + " names on demand already (limit)");
    }
    long recent = there.stream().filter(one -> one.since().plus(HOUR).isAfter(now)).count();
    if (recent >= rule.perHour()) {
      return Optional.of(rule.perHour() + " names were taken in within an hour (perHour)");
    }
    write(lease, new DemandedName(asked.resolver(), asked.name(), now, now));
    return Optional.empty();
  }

  private void write(Lease lease, DemandedName name) throws IOException, InterruptedException {
    Optional<String> objection =
        Operator.objection(
            documents.put(
                lease, name.documentName(), documents.find(name.documentName()), name.bytes()));
    if (objection.isPresent()) {
      throw new IOException(objection.get());
    }
  }

  @Override
  public void close() {
    workers.forEach(Thread::interrupt);
    permissions.close();
  }
}
