package io.phalanx.cluster.quota;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a quota's key has left, where the whole fleet keeps it: how much each member has had of each
 * part of the window. What a member has in advance counts as used until it comes back.
 *
 * <p>Time is that of clocks on walls, which may differ and be set: here it only goes forward, and
 * as far as both the keeper's clock and the drawing member's say; members remember how far. Tallies
 * of several keepers, and of members' disks, can be put together in any order. Not safe for
 * threads.
 */
public final class Account {
  /** What all members have in advance is at most one part in so many of the amount. */
  static final int PART_IN_ADVANCE = 20;

  /** An advance takes at most one part in so many of what is there: less as it empties. */
  private static final int PART_OF_REST = 4;

  /**
   * What a member has.
   *
   * @param number of its last draw in that life
   * @param part what its tokens count in
   * @param until when they may be used, by the account's time
   */
  record Advance(String life, long number, long tokens, long part, long until) {}

  private final Quota quota;
  private final TreeMap<Long, Map<String, Tally>> parts;
  private final TreeMap<String, Advance> advances;

  /** What counted in each part when members were first found away; absent while all are here. */
  private @Nullable TreeMap<Long, Long> before;

  private long at;

  /** A full one, of a time that any clock is behind of. */
  public Account(Quota quota) {
    this(quota, Long.MIN_VALUE, List.of(), Map.of(), null);
  }

  Account(
      Quota quota,
      long at,
      List<Part> parts,
      Map<String, Advance> advances,
      @Nullable Map<Long, Long> before) {
    this.quota = quota;
    this.at = at;
    this.parts = new TreeMap<>();
    this.advances = new TreeMap<>(advances);
    this.before = before == null ? null : new TreeMap<>(before);
    merge(parts);
  }

  /**
   * @param now milliseconds since the epoch, by the clock of whoever keeps it
   */
  public Drawn draw(Draw draw, long now) {
    at = Math.max(Math.max(at, draw.known().at()), Math.min(now, draw.time()));
    merge(draw.known().parts());
    parts.keySet().removeIf(part -> quota.window().leaves(part) <= at);
    advances.values().removeIf(advance -> advance.until <= at && !parts.containsKey(advance.part));
    long part = quota.window().part(at);
    @Nullable Advance last = advances.get(draw.member());
    boolean isKnown = last != null && last.life.equals(draw.life());
    if (last != null && isKnown && draw.number() <= last.number) {
      return drawn(0, 0, room(draw.presence()), new TreeSet<>());
    }
    var touched = new TreeSet<Long>();
    long kept = 0;
    if (last != null && isKnown && parts.containsKey(last.part)) {
      long unused = Math.min(draw.unused(), last.tokens);
      kept = Math.min(unused, draw.ahead());
      add(last.part, draw.member(), 0, unused);
      touched.add(last.part);
    }
    // What is kept was just given back, and may count in another part now.
    long room = Math.max(0, room(draw.presence()) - kept);
    long granted = Math.min(draw.wanted(), room);
    long free = quota.amount() / PART_IN_ADVANCE - inAdvanceBut(draw.member()) - kept;
    long more =
        Math.clamp(
            draw.ahead() - kept, 0, Math.max(0, Math.min(free, (room - granted) / PART_OF_REST)));
    add(part, draw.member(), granted + kept + more, 0);
    touched.add(part);
    advances.put(
        draw.member(),
        new Advance(draw.life(), draw.number(), kept + more, part, at + Quota.TERM.toMillis()));
    return drawn(granted, kept + more, room - granted - more, touched);
  }

  /** How many more may be drawn. */
  private long room(Draw.Presence presence) {
    SortedMap<Long, Map<String, Tally>> counted = counted();
    if (quota.onSplit() != Quota.OnSplit.FAIR_SHARE || presence.isWhole()) {
      before = null;
      return Math.max(0, quota.amount() - used(counted));
    }
    if (before == null) {
      before = new TreeMap<>();
      for (Map.Entry<Long, Map<String, Tally>> one : counted.entrySet()) {
        before.put(one.getKey(), tallied(one.getValue()));
      }
    }
    long earlier = 0;
    for (Map.Entry<Long, Map<String, Tally>> one : counted.entrySet()) {
      earlier += Math.min(before.getOrDefault(one.getKey(), 0L), tallied(one.getValue()));
    }
    long left = Math.max(0, quota.amount() - earlier);
    long share =
        left / presence.known() * presence.here()
            + left % presence.known() * presence.here() / presence.known();
    return Math.max(0, share - (used(counted) - earlier));
  }

  /** Parts ahead of this account's time, of a member whose clock was, do not count yet. */
  private SortedMap<Long, Map<String, Tally>> counted() {
    return parts.headMap(quota.window().part(at), true);
  }

  private static long used(SortedMap<Long, Map<String, Tally>> parts) {
    long sum = 0;
    for (Map<String, Tally> tallies : parts.values()) {
      sum += tallied(tallies);
    }
    return sum;
  }

  private static long tallied(Map<String, Tally> tallies) {
    long sum = 0;
    for (Tally tally : tallies.values()) {
      sum += tally.used();
    }
    return sum;
  }

  private long inAdvanceBut(String member) {
    long sum = 0;
    for (Map.Entry<String, Advance> advance : advances.entrySet()) {
      if (!advance.getKey().equals(member) && advance.getValue().until > at) {
        sum += advance.getValue().tokens;
      }
    }
    return sum;
  }

  private void add(long part, String member, long drawn, long returned) {
    if (drawn > 0 || returned > 0) {
      parts
          .computeIfAbsent(part, _ -> new TreeMap<>())
          .merge(
              member, Tally.NONE.plus(drawn, returned), (one, more) -> one.plus(drawn, returned));
    }
  }

  private void merge(List<Part> known) {
    for (Part part : known) {
      if (quota.window().leaves(part.number()) > at) {
        Map<String, Tally> tallies = parts.computeIfAbsent(part.number(), _ -> new TreeMap<>());
        part.tallies().forEach((member, tally) -> tallies.merge(member, tally, Tally::merged));
      }
    }
  }

  private Drawn drawn(long granted, long held, long room, SortedSet<Long> touched) {
    SortedMap<Long, Map<String, Tally>> counted = counted();
    long turns = quota.window().leaves(quota.window().part(at));
    long oldest =
        counted.entrySet().stream()
            .filter(part -> tallied(part.getValue()) > 0)
            .mapToLong(part -> quota.window().leaves(part.getKey()))
            .min()
            .orElse(turns);
    // Who asked may have done so up to a millisecond later than its clock told.
    long usable = Math.clamp(turns - at - 1, 0, Quota.TERM.toMillis());
    Duration reset = Duration.ofMillis(oldest - at);
    return new Drawn(
        granted,
        held,
        Duration.ofMillis(usable),
        room,
        room > 0 ? Duration.ZERO : reset,
        reset,
        new Known(at, touched.stream().map(this::part).toList()));
  }

  private Part part(long number) {
    return new Part(number, parts.getOrDefault(number, new TreeMap<>()));
  }

  /** What two sides of a fleet that was split counted, together. */
  public void merge(Account other) {
    at = Math.max(at, other.at);
    merge(other.parts());
    other.advances.forEach(
        (member, advance) ->
            advances.merge(member, advance, (one, two) -> one.until >= two.until ? one : two));
    if (before != null && other.before != null) {
      other.before.forEach((part, used) -> before.merge(part, used, Math::min));
    }
  }

  /** How many count now, those in advance included. */
  public long used() {
    return used(counted());
  }

  /** Milliseconds until it is as a new one. */
  public long untilNew() {
    long last = at + Quota.TERM.toMillis();
    for (long part : parts.keySet()) {
      last = Math.max(last, quota.window().leaves(part));
    }
    return last - at;
  }

  Quota quota() {
    return quota;
  }

  long at() {
    return at;
  }

  List<Part> parts() {
    var all = new ArrayList<Part>();
    parts.forEach((number, tallies) -> all.add(new Part(number, tallies)));
    return all;
  }

  Map<String, Advance> advances() {
    return advances;
  }

  /** Absent while all are here. */
  @Nullable Map<Long, Long> before() {
    return before;
  }
}
