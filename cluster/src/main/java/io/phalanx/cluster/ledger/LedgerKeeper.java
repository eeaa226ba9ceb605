package io.phalanx.cluster.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Sealing;
import io.phalanx.cluster.ledger.Call.Ask;
import io.phalanx.cluster.ledger.Call.Give;
import io.phalanx.cluster.ledger.Call.Keep;
import io.phalanx.cluster.ledger.Call.Sealed;
import io.phalanx.cluster.ledger.Call.Shown;
import io.phalanx.cluster.ledger.Call.Tell;
import io.phalanx.cluster.ledger.Call.Try;
import io.phalanx.cluster.revision.Revision;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.secrets.OffHeap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This member's part in the ledger and the contents of revisions, on disk before anybody is told.
 * Thread-safe.
 */
public final class LedgerKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerKeeper.class);

  private final LedgerStore store;
  private final Sealing sealing;
  private final ReentrantLock lock = new ReentrantLock();

  /** Hashes of contents on disk that cannot be read, as far as was tried. */
  private final Set<String> damaged = ConcurrentHashMap.newKeySet();

  /** Hashes of contents that are on their way into the ledger. */
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  /** Hashes of contents on disk that could be read once. */
  private final Set<String> readable = ConcurrentHashMap.newKeySet();

  private Acceptor acceptor;
  private volatile Optional<Vote> chosen;
  private volatile Function<Revision, Optional<String>> trial = _ -> Optional.empty();
  private final List<Runnable> learned = new CopyOnWriteArrayList<>();
  private volatile Supplier<String> report = () -> "";
  private volatile LongPredicate shown = _ -> false;
  private final DiskTrouble trouble = new DiskTrouble();

  /**
   * @param sealing of what is kept and sent
   */
  public LedgerKeeper(LedgerStore store, Sealing sealing) {
    this.store = store;
    this.sealing = sealing;
    this.acceptor = store.found();
    this.chosen = acceptor.chosen();
  }

  /** This member's id. */
  public String self() {
    return store.memberId();
  }

  /** The latest that is known here to be agreed on; empty if this member has no fleet yet. */
  public Optional<Vote> chosen() {
    return chosen;
  }

  /**
   * Why the disk does not take what the fleet agrees on, if so. Then this member follows it in
   * memory, and takes no part in what is decided.
   */
  public Optional<String> unwritten() {
    return trouble.reason();
  }

  /** What is asked before a revision is taken: why it cannot be served, if so. */
  void tryWith(Function<Revision, Optional<String>> attempt) {
    trial = attempt;
  }

  /** What is told when another member asks how this one stands. */
  void reportWith(Supplier<String> telling) {
    report = telling;
  }

  /** How this member stands. */
  String report() {
    return report.get();
  }

  /** Called, without waiting, whenever something new is known to be agreed on. */
  void whenLearned(Runnable listener) {
    learned.add(listener);
  }

  /** Hashes of contents that {@link #tidy} leaves, while they are in here. */
  Set<String> underWay() {
    return underWay;
  }

  /** What is asked whether the documents of a version of the ledger are shown here. */
  void showsWith(LongPredicate shows) {
    shown = shows;
  }

  /** Founds a fleet, with this member as its only one. */
  void found(String fleet, String name) throws IOException {
    lock.lock();
    try {
      put(Acceptor.founding(fleet, new KnownMember(self(), name)));
    } finally {
      lock.unlock();
    }
    learned.forEach(Runnable::run);
  }

  private void put(Acceptor next) throws IOException {
    if (!next.equals(acceptor)) {
      store.save(next);
      acceptor = next;
      chosen = next.chosen();
    }
  }

  /** A ballot that nobody has had, for a try of this member. */
  Ballot begin(Ballot beaten) throws IOException {
    lock.lock();
    try {
      Ballot ballot = acceptor.next(self(), beaten);
      put(acceptor.answer(new Request.Promise(ballot)).then());
      return ballot;
    } catch (IOException e) {
      throw trouble.found(e);
    } finally {
      lock.unlock();
    }
  }

  Reply answer(Request request) throws IOException {
    if (request instanceof Request.Accept(Vote vote) && isContentMissing(vote.ledger())) {
      return new Reply.ContentMissing(chosen);
    }
    Optional<Vote> before = chosen;
    Reply reply;
    lock.lock();
    try {
      Acceptor.Step step = acceptor.answer(request);
      try {
        put(step.then());
      } catch (IOException e) {
        IOException failure = trouble.found(e);
        if (!(request instanceof Request.Learn)) {
          throw failure;
        }
        // Nobody relies on it: who forgets it is as one that was not told.
        acceptor = step.then();
        chosen = acceptor.chosen();
      }
      reply = step.reply();
    } finally {
      lock.unlock();
    }
    if (!before.equals(chosen)) {
      learned.forEach(Runnable::run);
    }
    return reply;
  }

  void learn(Vote vote) throws IOException {
    answer(new Request.Learn(vote));
  }

  private boolean isContentMissing(Ledger ledger) throws IOException {
    Optional<RevisionEntry> newest = ledger.newest();
    if (newest.isPresent() && sealed(newest.get().hash()).isEmpty()) {
      return true;
    }
    for (String hash : ledger.documents().values()) {
      if (!isKept(hash)) {
        return true;
      }
    }
    return false;
  }

  private boolean isKept(String hash) throws IOException {
    return (readable.contains(hash) && store.hasContent(hash)) || sealed(hash).isPresent();
  }

  /**
   * Writes what is known here and could not be written.
   *
   * @return hashes of contents that are served and still not on the disk
   * @throws IOException if there is no room yet
   */
  List<String> writeAgain() throws IOException {
    lock.lock();
    try {
      store.tryOut();
      store.save(acceptor);
    } finally {
      lock.unlock();
    }
    var missing = new ArrayList<String>();
    for (String hash : chosen.map(vote -> vote.ledger().contents()).orElse(Set.of())) {
      if (!isKept(hash)) {
        missing.add(hash);
      }
    }
    return missing;
  }

  /** The disk has all that is known here. */
  void written() {
    trouble.ended();
  }

  /**
   * What another member asked for.
   *
   * @throws IOException if the disk fails: as if this member were not there
   */
  public byte[] answer(byte[] call) throws IOException {
    return switch (CallFormat.call(call)) {
      case Ask(Request request) -> LedgerFormat.bytes(answer(request));
      case Try(RevisionEntry entry, Sealed content) ->
          CallFormat.objection(attempt(entry, content));
      case Keep(String hash, Sealed content) -> {
        keep(hash, content);
        yield CallFormat.objection(Optional.empty());
      }
      case Give(String hash) -> CallFormat.content(sealed(hash).map(Sealed::bytes));
      case Tell() -> CallFormat.content(Optional.of(report.get().getBytes(UTF_8)));
      case Shown(long version) ->
          CallFormat.objection(
              shown.test(version) ? Optional.empty() : Optional.of("it does not have all yet"));
    };
  }

  /** Keeps the content if it can, and tells why it cannot be served, if so. */
  Optional<String> attempt(RevisionEntry entry, Sealed content) throws IOException {
    OffHeap opened = open(entry.hash(), content);
    try {
      keep(entry.hash(), content, opened);
    } catch (IOException e) {
      LOG.debug("a revision is tried that is not kept", e); // It may be served all the same.
    }
    try {
      return trial.apply(entry.with(opened));
    } catch (RuntimeException e) {
      LOG.warn("revision {} by {} cannot be served here", entry.number(), entry.author(), e);
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  Sealed seal(RevisionEntry entry, OffHeap content) {
    byte[] beside = entry.hash().getBytes(UTF_8);
    return content.lend(clear -> new Sealed(sealing.seal(clear, beside)));
  }

  Sealed seal(Document document) {
    byte[] beside = document.hash().getBytes(UTF_8);
    return document.content().lend(clear -> new Sealed(sealing.seal(clear, beside)));
  }

  /** Returns it opened. */
  OffHeap keep(String hash, Sealed content) throws IOException {
    OffHeap opened = open(hash, content);
    keep(hash, content, opened);
    return opened;
  }

  private void keep(String hash, Sealed content, OffHeap opened) throws IOException {
    byte[] beside = hash.getBytes(UTF_8);
    lock.lock();
    try {
      if (store.hasContent(hash) && sealed(hash).isEmpty()) {
        Path aside = store.setAside(hash);
        LOG.warn("{} is got anew; what could not be read is {}", store.file(hash), aside);
      }
      // While keys change, another member may seal with one that is not to be needed here for long.
      store.keepContent(
          hash,
          sealing.isSealedAnew(content.bytes(), beside)
              ? content.bytes()
              : opened.lend(clear -> sealing.seal(clear, beside)));
      damaged.remove(hash);
      readable.add(hash);
    } catch (IOException e) {
      throw trouble.found(e);
    } finally {
      lock.unlock();
    }
  }

  /** A content that is not what it was, or that no key of this member opens. */
  static final class UnreadableException extends IOException {
    private UnreadableException(String reason) {
      super("a revision's content cannot be read: " + reason);
    }
  }

  OffHeap open(String hash, Sealed content) throws UnreadableException {
    OffHeap opened;
    try {
      opened = OffHeap.taken(sealing.open(content.bytes(), hash.getBytes(UTF_8)));
    } catch (Sealing.BrokenSealException | IllegalStateException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()));
    }
    if (!RevisionEntry.hash(opened).equals(hash)) {
      throw new UnreadableException("it is not what its hash says");
    }
    return opened;
  }

  /** What is on disk and can be read; what cannot is as good as none. */
  Optional<Sealed> sealed(String hash) throws IOException {
    Optional<Sealed> there = store.content(hash).map(Sealed::new);
    if (there.isPresent()) {
      try {
        var _ = open(hash, there.get());
      } catch (UnreadableException e) {
        if (damaged.add(hash)) {
          LOG.warn("{}: {}; another member is asked for it", store.file(hash), e.getMessage());
        }
        readable.remove(hash);
        return Optional.empty();
      }
      readable.add(hash);
    }
    return there;
  }

  /** The file that should have the content, and has something that cannot be read. */
  Optional<Path> damaged(String hash) {
    return damaged.contains(hash) ? Optional.of(store.file(hash)) : Optional.empty();
  }

  /**
   * From now on seals with the first of these keys, and what is on disk is sealed with it: the
   * others may be forgotten then.
   *
   * @param before those that were known until now
   * @throws IOException if the disk fails; what could not be sealed anew stays as it was
   */
  public void rekey(List<FleetKey> keys, List<FleetKey> before) throws IOException {
    sealing.rekey(Stream.concat(keys.stream(), before.stream()).distinct().toList());
    sealAnew();
    sealing.rekey(keys);
  }

  /** Seals what is on disk with the key that seals now, where it is sealed with another one. */
  public void sealAnew() throws IOException {
    for (String hash : store.contents()) {
      byte[] beside = hash.getBytes(UTF_8);
      Optional<Sealed> sealed = sealed(hash);
      if (sealed.isPresent() && !sealing.isSealedAnew(sealed.get().bytes(), beside)) {
        OffHeap opened = open(hash, sealed.get());
        store.replaceContent(hash, opened.lend(clear -> sealing.seal(clear, beside)));
      }
    }
  }

  /** Drops what no remembered revision needs, nor one that may be agreed on yet. */
  void tidy() throws IOException {
    lock.lock();
    try {
      var hashes = new HashSet<>(underWay);
      for (Optional<Vote> vote : List.of(acceptor.accepted(), acceptor.chosen())) {
        vote.ifPresent(
            known -> {
              known.ledger().history().forEach(entry -> hashes.add(entry.hash()));
              hashes.addAll(known.ledger().documents().values());
            });
      }
      store.retainContents(hashes);
      readable.retainAll(hashes);
    } finally {
      lock.unlock();
    }
  }
}
