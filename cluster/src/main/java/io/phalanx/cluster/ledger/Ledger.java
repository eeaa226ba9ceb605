package io.phalanx.cluster.ledger;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.revision.RevisionEntry;
import io.phalanx.cluster.revision.Revisions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What the fleet has agreed on. Each ledger has one predecessor; who may decide on it are the
 * members of both.
 *
 * @param fleet made when the fleet was founded: two fleets never agree on anything
 * @param version grows by one with every change, from 1
 * @param members all that count for a majority
 * @param former the members of the predecessor
 * @param history the last revisions, oldest first
 * @param epochs the latest epoch under which each lease's holder changed something, by its name
 * @param documents hashes of the contents of documents, by their names
 */
public record Ledger(
    String fleet,
    long version,
    List<KnownMember> members,
    List<KnownMember> former,
    List<RevisionEntry> history,
    SortedMap<String, Long> epochs,
    SortedMap<String, String> documents) {
  /** More than a fleet of one kind has; the ledger is sent with every message about it. */
  public static final int MAX_MEMBERS = 256;

  private static final int MAX_EPOCHS = 1000;

  public Ledger {
    members = List.copyOf(members);
    former = List.copyOf(former);
    history = List.copyOf(history);
    epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
    documents = Collections.unmodifiableSortedMap(new TreeMap<>(documents));
    documents.keySet().forEach(Document::requireName);
    documents.values().forEach(RevisionEntry::requireHash);
    if (version < 1 || members.isEmpty() || former.isEmpty()) {
      throw new IllegalArgumentException("no ledger: version " + version + " of " + members);
    }
    if (members.size() > MAX_MEMBERS || epochs.size() > MAX_EPOCHS) {
      throw new IllegalArgumentException(
          "a fleet has at most " + MAX_MEMBERS + " members and " + MAX_EPOCHS + " leases");
    }
    if (documents.size() > Documents.MAX_COUNT) {
      throw new IllegalArgumentException(
          "a fleet has at most " + Documents.MAX_COUNT + " documents");
    }
  }

  /** The ledger of a new fleet. */
  public static Ledger founded(String fleet, KnownMember founder) {
    return new Ledger(
        fleet,
        1,
        List.of(founder),
        List.of(founder),
        List.of(),
        Collections.emptySortedMap(),
        Collections.emptySortedMap());
  }

  private Ledger next(List<KnownMember> nowMembers, List<RevisionEntry> nowHistory) {
    return new Ledger(fleet, version + 1, nowMembers, members, nowHistory, epochs, documents);
  }

  /** The newest revision's line. */
  public Optional<RevisionEntry> newest() {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast());
  }

  /** The newest revision's number, 0 if there is none. */
  public long number() {
    return newest().map(RevisionEntry::number).orElse(0L);
  }

  /** Hashes of what is served: the newest revision and all documents. */
  Set<String> contents() {
    var hashes = new LinkedHashSet<String>();
    newest().ifPresent(newest -> hashes.add(newest.hash()));
    hashes.addAll(documents.values());
    return hashes;
  }

  /** The line of the revision with this number, if it is remembered. */
  public Optional<RevisionEntry> entry(long number) {
    return history.stream().filter(entry -> entry.number() == number).findFirst();
  }

  /** Whether a holder under this epoch may change something still. */
  public boolean admits(String lease, long epoch) {
    return epoch >= epochs.getOrDefault(lease, 0L);
  }

  /** With one more revision. */
  public Ledger with(RevisionEntry revision) {
    if (revision.number() != number() + 1) {
      throw new IllegalArgumentException(
          "revision " + revision.number() + " does not follow " + number());
    }
    var longer = new ArrayList<>(history);
    longer.add(revision);
    return next(
        members, longer.subList(Math.max(0, longer.size() - Revisions.MAX_HISTORY), longer.size()));
  }

  /** The same change, made by who holds a lease. */
  public Ledger under(String lease, long epoch) {
    var later = new TreeMap<>(epochs);
    later.merge(lease, epoch, Math::max);
    return new Ledger(fleet, version, members, former, history, later, documents);
  }

  /**
   * With another content of a document.
   *
   * @param hash empty for one that goes
   */
  public Ledger withDocument(String name, Optional<String> hash) {
    var changed = new TreeMap<>(documents);
    changed.remove(name);
    hash.ifPresent(now -> changed.put(name, now));
    return new Ledger(fleet, version + 1, members, members, history, epochs, changed);
  }

  /** With a member that comes, in the place of one that had its id or its name before. */
  public Ledger with(KnownMember member) {
    var more = new ArrayList<>(members);
    more.removeIf(known -> known.id().equals(member.id()) || known.name().equals(member.name()));
    more.add(member);
    return next(more, history);
  }

  /** Without the members that go for good; at least one must stay. */
  public Ledger without(Predicate<KnownMember> leaving) {
    return next(members.stream().filter(leaving.negate()).toList(), history);
  }

  public boolean knows(String id) {
    return members.stream().anyMatch(member -> member.id().equals(id));
  }

  /** Whether these are a majority of the members. */
  public boolean isMajority(Set<String> ids) {
    return isMajority(members, ids);
  }

  /** Whether these may decide that this ledger follows its predecessor. */
  boolean isQuorum(Set<String> ids) {
    return isMajority(members, ids) && isMajority(former, ids);
  }

  private static boolean isMajority(List<KnownMember> of, Set<String> ids) {
    return of.stream().filter(member -> ids.contains(member.id())).count() * 2 > of.size();
  }
}
