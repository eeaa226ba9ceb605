package io.phalanx.cluster.ledger;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.ledger.Agreement.Result;
import io.phalanx.cluster.ledger.Call.Sealed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Documents as the ledger names them. A thread sees to it that listeners know what is agreed on:
 * told at once, and looking by itself every few seconds for what could not be had before.
 */
final class AgreedDocuments implements Documents, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgreedDocuments.class);
  private static final Duration CHECK = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Optional<String> SHOWN = Optional.empty();
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final LedgerKeeper keeper;
  private final Agreement agreement;
  private final Peers peers;
  private final Function<String, String> names;
  private final Semaphore hints = new Semaphore(0);
  private final ReentrantLock one = new ReentrantLock();
  private final List<Consumer<SortedMap<String, Document>>> listeners = new ArrayList<>();
  private final Thread following;
  private volatile Known known = new Known(0, Collections.emptySortedMap());
  private Set<String> missed = Set.of();

  /** Whether there may be contents on disk that nothing needs: taken away when it is quiet. */
  private volatile boolean untidy = true;

  /**
   * What listeners have been told.
   *
   * @param version of the ledger that has all of these; 0 while some are missing
   */
  private record Known(long version, SortedMap<String, Document> documents) {}

  /**
   * @param names what operators call a member, by its id
   */
  AgreedDocuments(
      LedgerKeeper keeper, Agreement agreement, Peers peers, Function<String, String> names) {
    this.keeper = keeper;
    this.agreement = agreement;
    this.peers = peers;
    this.names = names;
    keeper.showsWith(version -> known.version() >= version);
    keeper.whenLearned(hints::release);
    this.following = Thread.ofVirtual().name("documents").unstarted(this::follow);
  }

  /** Knows what is agreed on by now, and follows what comes. */
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
          serve();
          if (!told && untidy) {
            keeper.tidy();
            untidy = false;
          }
        } catch (IOException | RuntimeException e) {
          LOG.warn("documents of the fleet cannot be followed now: {}", e.getMessage());
        }
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** Has listeners know what is agreed on, as far as it can be had. */
  private void serve() throws InterruptedException, IOException {
    one.lockInterruptibly();
    try {
      Optional<Ledger> agreed = keeper.chosen().map(Vote::ledger);
      if (agreed.isEmpty() || agreed.get().version() <= known.version()) {
        return;
      }
      var next = new TreeMap<String, Document>();
      var missing = new HashSet<String>();
      for (Map.Entry<String, String> named : agreed.get().documents().entrySet()) {
        Optional<Document> former = Optional.ofNullable(known.documents().get(named.getKey()));
        Optional<Document> now =
            former.filter(document -> document.hash().equals(named.getValue()));
        if (now.isEmpty()) {
          now = obtained(named.getKey(), named.getValue());
        }
        if (now.isEmpty()) {
          missing.add(named.getKey());
        }
        now.or(() -> former).ifPresent(document -> next.put(named.getKey(), document));
      }
      tellMissing(missing);
      tell(new Known(missing.isEmpty() ? agreed.get().version() : 0, next));
    } finally {
      one.unlock();
    }
  }

  private Optional<Document> obtained(String name, String hash)
      throws InterruptedException, IOException {
    Optional<Sealed> content = agreement.content(hash);
    return content.isEmpty()
        ? Optional.empty()
        : Optional.of(new Document(name, hash, keeper.open(hash, content.get())));
  }

  private void tellMissing(Set<String> missing) {
    if (!missing.equals(missed)) {
      missed = Set.copyOf(missing);
      missing.forEach(
          name -> LOG.warn("no member that is here has the content of document {}", name));
    }
  }

  private void tell(Known next) {
    boolean changed = !next.documents().equals(known.documents());
    known = new Known(known.version(), Collections.unmodifiableSortedMap(next.documents()));
    if (changed) {
      untidy = true;
      listeners.forEach(this::tell);
    }
    known = new Known(next.version(), known.documents());
  }

  private void tell(Consumer<SortedMap<String, Document>> listener) {
    try {
      listener.accept(known.documents());
    } catch (RuntimeException e) {
      LOG.error("documents could not be taken over", e);
    }
  }

  @Override
  public SortedMap<String, Document> all() {
    return known.documents();
  }

  @Override
  public void subscribe(Consumer<SortedMap<String, Document>> listener) {
    one.lock();
    try {
      listeners.add(listener);
      tell(listener);
    } finally {
      one.unlock();
    }
  }

  @Override
  public Outcome put(Lease under, String name, Optional<Document> before, byte[] content)
      throws InterruptedException {
    if (content.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "document " + name + " has " + content.length + " bytes, at most " + MAX_BYTES);
    }
    return change(under, name, before, Optional.of(Document.of(name, content)));
  }

  @Override
  public Outcome remove(Lease under, Document before) throws InterruptedException {
    return change(under, before.name(), Optional.of(before), Optional.empty());
  }

  private Outcome change(
      Lease under, String name, Optional<Document> before, Optional<Document> after)
      throws InterruptedException {
    after.ifPresent(document -> keeper.underWay().add(document.hash()));
    try {
      if (after.isPresent()) {
        Optional<String> lack = agreement.lack(keeper.chosen().orElseThrow().ledger());
        if (lack.isPresent()) {
          return new Outcome.Unavailable(lack.get());
        }
        Sealed sealed = keeper.seal(after.get());
        keeper.keep(after.get().hash(), sealed);
        for (String member : peers.present()) {
          var _ = agreement.give(member, Map.of(after.get().hash(), sealed));
        }
      }
      Result result = agreement.agree(ledger -> changed(ledger, under, name, before, after), LIMIT);
      serve();
      return outcome(result, under, name, after);
    } catch (IOException e) {
      LOG.debug("a document cannot be kept", e); // Whoever wants it kept tells it, once.
      return new Outcome.Unavailable("a document cannot be kept: " + e.getMessage());
    } finally {
      after.ifPresent(document -> keeper.underWay().remove(document.hash()));
    }
  }

  /** Empty if it may not be, or is already. */
  private static Optional<Ledger> changed(
      Ledger ledger,
      Lease under,
      String name,
      Optional<Document> before,
      Optional<Document> after) {
    Optional<String> there = Optional.ofNullable(ledger.documents().get(name));
    boolean full = there.isEmpty() && ledger.documents().size() >= MAX_COUNT;
    return !there.equals(before.map(Document::hash))
            || there.equals(after.map(Document::hash))
            || full
            || !ledger.admits(under.name(), under.epoch())
        ? Optional.empty()
        : Optional.of(
            ledger
                .withDocument(name, after.map(Document::hash))
                .under(under.name(), under.epoch()));
  }

  private static Outcome outcome(
      Result result, Lease under, String name, Optional<Document> after) {
    return switch (result) {
      case Result.Agreed _ -> new Outcome.Written(after);
      case Result.Declined(Ledger now) -> {
        Optional<String> there = Optional.ofNullable(now.documents().get(name));
        if (there.equals(after.map(Document::hash))) {
          yield new Outcome.Written(after);
        }
        if (!now.admits(under.name(), under.epoch())) {
          yield new Outcome.Superseded("lease " + under.name() + " is another member's by now");
        }
        yield there.isEmpty() && now.documents().size() >= MAX_COUNT
            ? new Outcome.Unavailable("the fleet has " + MAX_COUNT + " documents already")
            : new Outcome.Overtaken();
      }
      case Result.Unavailable(String reason) -> new Outcome.Unavailable(reason);
      case Result.Unknown(String reason) -> new Outcome.Unknown(reason);
    };
  }

  @Override
  public Optional<String> catchUp() throws InterruptedException {
    Result result = agreement.agree(_ -> Optional.empty(), LIMIT);
    try {
      serve();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    return switch (result) {
      case Result.Agreed _, Result.Declined _ ->
          known.version() == 0 ? Optional.of("some documents cannot be had now") : Optional.empty();
      case Result.Unavailable(String reason) -> Optional.of(reason);
      case Result.Unknown(String reason) -> Optional.of(reason);
    };
  }

  @Override
  public Optional<String> awaitEverywhere(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    long version = known.version();
    if (version == 0) {
      return Optional.of("this member does not have all yet");
    }
    byte[] call = CallFormat.bytes(new Call.Shown(version));
    var asked = new LinkedHashMap<String, CompletableFuture<Optional<String>>>();
    peers.present().forEach(member -> asked.put(member, ask(member, call)));
    Map<String, String> reasons = new HashMap<>();
    while (true) {
      for (Map.Entry<String, CompletableFuture<Optional<String>>> one : asked.entrySet()) {
        if (one.getValue().isDone() && !one.getValue().join().equals(SHOWN)) {
          reasons.put(one.getKey(), one.getValue().join().orElse(""));
          one.setValue(ask(one.getKey(), call));
        }
      }
      asked.values().removeIf(answer -> answer.isDone() && answer.join().equals(SHOWN));
      asked.keySet().retainAll(peers.present());
      if (asked.isEmpty()) {
        return Optional.empty();
      }
      if (System.nanoTime() - end >= 0) {
        String first = asked.keySet().iterator().next();
        return Optional.of(
            "member "
                + names.apply(first)
                + ": "
                + reasons.getOrDefault(first, "it does not answer"));
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
    }
  }

  private CompletableFuture<Optional<String>> ask(String member, byte[] call) {
    return peers
        .ask(member, call)
        .thenApply(CallFormat::objection)
        .exceptionally(failure -> Optional.of(String.valueOf(failure.getMessage())))
        .toCompletableFuture();
  }

  @Override
  public void close() {
    following.interrupt();
  }
}
