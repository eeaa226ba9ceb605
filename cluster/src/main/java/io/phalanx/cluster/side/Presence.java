package io.phalanx.cluster.side;

import io.phalanx.cluster.side.Side.Completeness;
import io.phalanx.cluster.side.Side.Contact;
import io.phalanx.cluster.side.Side.Opening;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who is here, by what members answer each other, so that no member's part of an amount is used on
 * two sides of a split at once:
 *
 * <ul>
 *   <li>A member answers those that it sees in its cluster, and whoever asked uses its part for two
 *       seconds after it asked. A member that another side has taken over answers here no more.
 *   <li>After a loss, those who are left count as a side when all of them have answered and see
 *       nobody who was lost. What they gain counts 2.2 s later, when the side of those who were
 *       lost uses their parts no more, by clocks that differ by less than a tenth.
 *   <li>What a keeper has for a key is divided in proportion at the loss. Its keeper cannot go on
 *       with all of it, since each command is confirmed by a backup, and not before that backup, if
 *       it is on the other side, was lost here too.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class Presence {
  /** How often members ask each other. */
  public static final Duration PAUSE = Duration.ofMillis(500);

  /** How long an answer counts, from when it was asked for. */
  static final long COUNTS = Duration.ofSeconds(2).toNanos();

  /** How long a member that answered nobody else is not used by anybody else for sure. */
  static final long AFTER = COUNTS / 10 * 11;

  /** How many members that ended are remembered. */
  private static final int MOST_GONE = 64;

  private long self;
  private boolean merging;
  private int known;

  /** Members of the cluster, and whether each belongs to the fleet. */
  private TreeMap<Long, Boolean> view = new TreeMap<>();

  private final Map<Long, Contact> contacts = new HashMap<>();
  private final LinkedHashSet<Long> gone = new LinkedHashSet<>();

  /** Who has not answered since the last loss. */
  private final Set<Long> awaited = new HashSet<>();

  /** Who came and has not answered yet, or brings something with it, and since when. */
  private final Map<Long, Long> newcomers = new HashMap<>();

  private final Set<Long> bringing = new HashSet<>();
  private long startedAt;
  private long askedSince;
  private long lostAt;

  /** Whether those who are left were waited for when this was looked at last. */
  private boolean waited;

  private long gainsFrom;
  private boolean informed;
  private boolean gaveUp;

  /** Whether this is the first time that the member is in any cluster. */
  private boolean first;

  private OptionalLong partialSince = OptionalLong.empty();

  /** Whether that is when the cluster began, without the others, and not a loss. */
  private boolean begun;

  /** Who has yet to tell what it remembers, and whether this member has to, and what it told. */
  private final Set<Long> tellers = new HashSet<>();

  private long toTell;
  private long told;

  /** Who had all there was when all were here, as long as nothing of that was lost. */
  private Set<Long> together = new HashSet<>();

  private boolean safe;
  private long changes;
  private volatile Side side = Side.ALONE;

  /** To be said at the start by a member that belonged to no fleet before. */
  public synchronized void neverBefore() {
    first = true;
  }

  /**
   * What this member's cluster looks like to it.
   *
   * @param member itself, another number after a split was healed
   * @param seen all members, itself included, and whether each belongs to the fleet
   * @param belonging how many belong to the fleet, here or not
   */
  public synchronized void see(long member, Map<Long, Boolean> seen, int belonging, long now) {
    if (member != self || view.isEmpty()) {
      begin(member, seen, belonging, now);
    }
    var lost = new HashSet<>(view.keySet());
    lost.removeAll(seen.keySet());
    boolean left = lost.removeAll(gone);
    var came = new HashSet<>(seen.keySet());
    came.removeAll(view.keySet());
    view = new TreeMap<>(seen);
    known = belonging;
    contacts.keySet().retainAll(view.keySet());
    newcomers.keySet().retainAll(view.keySet());
    bringing.retainAll(view.keySet());
    tellers.retainAll(view.keySet());
    together.retainAll(view.keySet());
    awaited.retainAll(view.keySet());
    came.forEach(one -> newcomers.put(one, now));
    if (!lost.isEmpty()) {
      lose(lost.size(), now);
    }
    if (left || !lost.isEmpty() || !came.isEmpty()) {
      safe = false;
      changes++;
    }
    settle(now);
  }

  private void begin(long member, Map<Long, Boolean> seen, int belonging, long now) {
    self = member;
    contacts.clear();
    awaited.clear();
    newcomers.clear();
    bringing.clear();
    tellers.clear();
    together.clear();
    toTell++;
    view = new TreeMap<>(Map.of(member, true));
    boolean alone = seen.size() == 1;
    boolean founding = alone && belonging <= 1;
    // Who was in no cluster before has answered nobody there.
    startedAt = first ? now - AFTER : now;
    lostAt = now;
    gainsFrom = now + AFTER;
    gaveUp = false;
    askedSince = now;
    informed = alone;
    begun = alone;
    partialSince = alone && !founding ? OptionalLong.of(now) : OptionalLong.empty();
    contacts.put(member, new Contact(now, startedAt + AFTER, Long.MAX_VALUE / 2 + now));
    first = false;
  }

  private void lose(int count, long now) {
    lostAt = now;
    awaited.addAll(view.keySet());
    awaited.remove(self);
    gainsFrom = now + AFTER;
    waited = true;
    if (!safe || count > 1) {
      together.clear();
      toTell++;
    }
    if (partialSince.isPresent() || !safe || count > 1) {
      partialSince = OptionalLong.of(gainsFrom);
      begun = false;
    }
  }

  /** What this member answers to one that asks; nothing to one that it does not see. */
  public synchronized Optional<Answer> asked(long by, long now) {
    if (!view.containsKey(by)) {
      return Optional.empty();
    }
    long partialFor = now - partialSince.orElse(now);
    return Optional.of(
        new Answer(
            view.keySet(),
            gone,
            now - startedAt,
            merging,
            informed && partialFor >= 0,
            partialSince.isPresent()
                ? OptionalLong.of(Math.max(0, partialFor))
                : OptionalLong.empty(),
            begun,
            told < toTell,
            together));
  }

  /**
   * @param asked when it was asked for
   */
  public synchronized void answered(long by, long asked, Answer answer, long now) {
    if (!view.containsKey(by)) {
      return;
    }
    answer.gone().forEach(this::remember);
    if (answer.telling()) {
      tellers.add(by);
    } else {
      tellers.remove(by);
    }
    if (!answer.merging()) {
      newcomers.remove(by);
      bringing.remove(by);
    } else if (bringing.add(by)) {
      newcomers.put(by, now);
    }
    if (view.keySet().containsAll(answer.view())) {
      contacts.merge(
          by,
          new Contact(now, now - answer.age() + AFTER, asked + COUNTS),
          (before, first) ->
              before.until() - first.until() > 0 ? before : prolonged(before, asked, now));
      if (asked - lostAt >= 0) {
        awaited.remove(by);
      }
      if (!informed && answer.informed()) {
        informed = true;
        begun = answer.begun();
        together.addAll(answer.together());
        together.retainAll(view.keySet());
        partialSince =
            answer.partialFor().isPresent()
                ? OptionalLong.of(now - answer.partialFor().getAsLong())
                : OptionalLong.empty();
      }
    }
    settle(now);
  }

  private static Contact prolonged(Contact before, long asked, long now) {
    return before.until() - asked >= 0
        ? new Contact(before.since(), before.from(), asked + COUNTS)
        : new Contact(now, asked, asked + COUNTS);
  }

  /** A member ends by itself, and will count nothing any more. */
  public synchronized void farewell(long member) {
    remember(member);
    publish();
  }

  private void remember(long member) {
    if (member != self && gone.add(member) && gone.size() > MOST_GONE) {
      gone.removeFirst();
    }
  }

  /** Whether this member is on its way from another cluster, with what was counted there. */
  public synchronized void merging(boolean whether) {
    merging = whether;
    publish();
  }

  /** What {@link #safe} is to be told with; another number after each change. */
  public synchronized long changes() {
    return changes;
  }

  /** Whether {@link #safe} is waited for. */
  public synchronized boolean isUnsafe() {
    return !safe;
  }

  /** Everything had its backup, after that many changes. */
  public synchronized void safe(long afterChanges, long now) {
    safe = afterChanges == changes;
    settle(now);
  }

  /** What {@link #told} is to be told with; more after each time that all may have been lost. */
  public synchronized long toTell() {
    return toTell;
  }

  /** Whether this member has to tell the others what it remembers. */
  public synchronized boolean hasToTell() {
    return told < toTell;
  }

  /** All that this member remembers was told, after so many times. */
  public synchronized void told(long times, long now) {
    told = Math.max(told, times);
    settle(now);
  }

  /** Whether others have yet to tell what they remember. */
  public synchronized boolean hasTellers() {
    return !tellers.isEmpty();
  }

  /** To be called some times a second: who does not say anything for too long is not waited for. */
  public synchronized void tick(long now) {
    boolean given = newcomers.values().removeIf(since -> now - since >= COUNTS);
    boolean uninformed = !informed && !gaveUp && now - askedSince >= COUNTS;
    gaveUp |= uninformed;
    if ((given || uninformed) && partialSince.isEmpty()) {
      partialSince = OptionalLong.of(now);
      begun = true;
    }
    settle(now);
  }

  private void settle(long now) {
    if (waited) {
      gainsFrom = now + AFTER;
      partialSince = partialSince.isPresent() ? OptionalLong.of(gainsFrom) : partialSince;
      waited = !awaited.isEmpty();
    }
    long here = view.values().stream().filter(belongs -> belongs).count();
    boolean all = here >= known && contacts.keySet().containsAll(view.keySet());
    if (begun && all && safe && informed && quiet()) {
      partialSince = OptionalLong.empty();
    }
    publish();
    if (side.isWhole(now)) {
      together.addAll(view.keySet());
      publish();
    }
  }

  private boolean quiet() {
    return awaited.isEmpty() && newcomers.isEmpty() && bringing.isEmpty();
  }

  private Completeness completeness() {
    long here = view.values().stream().filter(belongs -> belongs).count();
    boolean heard = contacts.keySet().containsAll(view.keySet());
    if (here < known || known == 0 || (!heard && newcomers.isEmpty())) {
      return Completeness.SOME;
    }
    return heard && quiet() && !merging && tellers.isEmpty() && told >= toTell
        ? Completeness.ALL
        : Completeness.GATHERING;
  }

  private void publish() {
    var counted = new TreeMap<>(contacts);
    counted.keySet().removeIf(member -> !view.getOrDefault(member, false));
    side =
        new Side(
            Math.max(1, known),
            view.keySet().stream().mapToLong(Long::longValue).toArray(),
            counted,
            Set.copyOf(gone),
            new Opening(
                awaited.isEmpty() && known > 0,
                (informed || gaveUp) && awaited.isEmpty() && newcomers.isEmpty(),
                partialSince,
                gainsFrom,
                completeness(),
                together.size()));
  }

  /** What this member can speak for now. */
  public Side side() {
    return side;
  }
}
