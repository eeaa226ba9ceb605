package io.phalanx.cluster.quota;

import io.phalanx.cluster.side.NotSettled;
import io.phalanx.cluster.side.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a quota's key has left, where the whole fleet keeps it: how much each member has had of each
 * part of the window. What a member has in advance counts as used until it comes back.
 *
 * <p>Time is that of clocks on walls, which may differ and be set: here it only goes forward, and
 * as far as both the keeper's clock and the drawing member's say; members remember how far. Tallies
 * of several keepers, and of members' disks, can be put together in any order.
 *
 * <p>While not all of the fleet is here, with all that it knows, this side has a {@link Share}. Not
 * safe for threads.
 */
public final class Account {
  /** What all members have in advance is at most one part in so many of the amount. */
  static final int PART_IN_ADVANCE = 20;

  /** An advance takes at most one part in so many of what is there: less as it empties. */
  private static final int PART_OF_REST = 4;

  /** By how much members' clocks may differ when a window turns on several sides. */
  private static final Duration CLOCKS = Duration.ofSeconds(1);

  /**
   * What a member has.
   *
   * @param number of its last draw in that life
   * @param tokens in advance
   * @param more those of them that this draw gave
   * @param granted those that it gave for who waited
   * @param part what its tokens count in
   * @param until when they may be used, by the account's time
   * @param divided whether what this side has was divided since: what comes back was, too
   */
  record Advance(
      String life,
      long number,
      long tokens,
      long more,
      long granted,
      long part,
      long until,
      boolean divided) {
    Advance divided(boolean whether) {
      return new Advance(life, number, tokens, more, granted, part, until, whether);
    }
  }

  private final Quota quota;
  private final TreeMap<Long, Map<String, Tally>> parts;
  private final TreeMap<String, Advance> advances;

  /** Who was here the last time; empty if nobody drew here yet. */
  private List<Long> members;

  /** Absent while all are here. */
  private @Nullable Share share;

  private long at;
  private Side side = Side.ALONE;

  /** A full one, of a time that any clock is behind of. */
  public Account(Quota quota) {
    this(quota, Known.NOTHING, Map.of(), List.of(), null);
  }

  Account(
      Quota quota,
      Known known,
      Map<String, Advance> advances,
      List<Long> members,
      @Nullable Share share) {
    this.quota = quota;
    this.at = known.at();
    this.parts = new TreeMap<>();
    this.advances = new TreeMap<>(advances);
    this.members = List.copyOf(members);
    merge(known.parts());
    this.share = share;
  }

  /**
   * @param on the side that whoever keeps it is on
   * @param now nanoseconds by the clock that {@code on} knows
   * @param wall milliseconds since the epoch, by the clock of whoever keeps it
   * @throws NotSettled if members came or went, and it is not known yet who is left, or not all
   *     that they know; this is of no use then
   */
  public Drawn draw(Draw draw, Side on, long now, long wall) {
    side = quota.counted().on(on);
    Need need = draw.need();
    if (need.number() > 0) {
      settle(now);
    }
    at = Math.max(Math.max(at, draw.known().at()), Math.min(wall, draw.time()));
    leave();
    merge(draw.known().parts());
    if (need.number() > 0) {
      raise(now, wall);
    }
    var touched = new TreeSet<Long>();
    @Nullable Advance last = advances.get(draw.member());
    if (last != null && !last.life.equals(draw.life())) {
      last = null;
    }
    if (need.number() == 0 || (last != null && need.number() <= last.number)) {
      return drawn(0, 0, room(now), touched);
    }
    long part = quota.window().part(at);
    long kept = last == null ? 0 : takeBack(draw.member(), need, last, touched);
    kept = last != null && last.part == part ? kept : 0;
    long room = room(now);
    long granted = Math.min(need.wanted(), room);
    if (granted < Math.min(need.wanted(), left()) && side.isGathering()) {
      throw new NotSettled("all members are here, and not all have told what they know");
    }
    long most = quota.amount() / PART_IN_ADVANCE - inAdvanceBut(draw.member()) - kept;
    long more =
        Math.clamp(
            need.ahead() - kept, 0, Math.max(0, Math.min(most, (room - granted) / PART_OF_REST)));
    use(part, draw.member(), granted + more);
    touched.add(part);
    long until = at + Quota.TERM.toMillis();
    boolean divided = kept > 0 && last != null && last.divided;
    advances.put(
        draw.member(),
        new Advance(draw.life(), need.number(), kept + more, more, granted, part, until, divided));
    return drawn(granted, kept + more, room - granted - more, touched);
  }

  /** Who is here now; what this side had is divided if others went. */
  private void settle(long now) {
    int left = (int) members.stream().filter(side::sees).count();
    if (left < members.size()) {
      side.requireSettled();
    }
    if (side.isWhole(now)) {
      share = null;
    } else {
      Share own = share == null ? own() : share;
      if (left < members.size()) {
        own.divide(left, members.size());
        advances.replaceAll((_, advance) -> advance.divided(true));
      }
      share = own;
    }
    var here = new TreeSet<Long>();
    members.stream().filter(side::sees).forEach(here::add);
    for (long member : side.members()) {
      here.add(member);
    }
    members = List.copyOf(here);
  }

  /** All, if all were here; of what was not kept here, what is known to be kept nowhere. */
  private Share own() {
    long amount = quota.amount();
    if (members.isEmpty()) {
      side.requireSettled();
      var _ = side.partialSince();
      amount = Side.part(amount, side.together(), side.known());
    }
    advances.replaceAll((_, advance) -> advance.divided(false));
    return Share.of(amount, all());
  }

  private void leave() {
    parts.keySet().removeIf(part -> quota.window().leaves(part) <= at);
    advances.values().removeIf(advance -> advance.until <= at && !parts.containsKey(advance.part));
    if (share != null) {
      share.leave(quota.window(), at);
    }
  }

  /**
   * Of a window that began when no other side used the parts of those who are here, and has counted
   * only here, this side has their parts.
   */
  private void raise(long now, long wall) {
    if (share != null) {
      long age = wall - quota.window().begins(at) + CLOCKS.toMillis();
      int lenders = side.lendersFor(TimeUnit.MILLISECONDS.toNanos(age), now);
      share.raise(Side.part(quota.amount(), lenders, side.known()));
    }
  }

  /**
   * What the member does not use any more, and what never arrived there.
   *
   * @return what it keeps of its last advance
   */
  private long takeBack(String member, Need need, Advance last, SortedSet<Long> touched) {
    boolean arrived = need.answered() >= last.number;
    long had = arrived ? last.tokens : last.tokens - last.more;
    long unused = need.part() == last.part ? Math.min(need.unused(), had) : 0;
    long kept = Math.min(need.kept(), unused);
    if (parts.containsKey(last.part)) {
      long lost = arrived ? 0 : last.granted + last.more;
      change(last.part, member, tally -> tally.without(lost).plus(0, unused - kept));
      if (share != null && !last.divided) {
        share.giveBack(last.part, lost + unused - kept);
      }
      touched.add(last.part);
    }
    return kept;
  }

  private void use(long part, String member, long tokens) {
    if (tokens > 0) {
      change(part, member, tally -> tally.plus(tokens, 0));
      if (share != null) {
        share.use(part, tokens);
      }
    }
  }

  private void change(long part, String member, UnaryOperator<Tally> change) {
    Map<String, Tally> tallies = parts.computeIfAbsent(part, _ -> new TreeMap<>());
    tallies.put(member, change.apply(tallies.getOrDefault(member, Tally.NONE)));
  }

  /** How many more may be drawn. */
  private long room(long now) {
    return share == null
        ? left()
        : Math.min(left(), share.room(Side.part(quota.amount(), side.lenders(now), side.known())));
  }

  private long left() {
    return Math.max(0, quota.amount() - used());
  }

  /** Parts ahead of this account's time, of a member whose clock was, do not count yet. */
  private SortedMap<Long, Map<String, Tally>> counted() {
    return parts.headMap(quota.window().part(at), true);
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

  /** What is news of what was used was used by this side, as far as is known. */
  private void merge(List<Part> known) {
    for (Part part : known) {
      if (quota.window().leaves(part.number()) > at) {
        Map<String, Tally> tallies = parts.computeIfAbsent(part.number(), _ -> new TreeMap<>());
        long before = Tally.used(tallies);
        part.tallies().forEach((member, tally) -> tallies.merge(member, tally, Tally::merged));
        if (share != null) {
          share.use(part.number(), Math.max(0, Tally.used(tallies) - before));
        }
      }
    }
  }

  private Drawn drawn(long granted, long held, long room, SortedSet<Long> touched) {
    long part = quota.window().part(at);
    long turns = quota.window().leaves(part);
    long oldest =
        counted().entrySet().stream()
            .filter(counting -> Tally.used(counting.getValue()) > 0)
            .mapToLong(counting -> quota.window().leaves(counting.getKey()))
            .min()
            .orElse(turns);
    // Who asked may have done so up to a millisecond later than its clock told.
    long usable = Math.clamp(turns - at - 1, 0, Quota.TERM.toMillis());
    long partEnds = Math.max(0, quota.window().ends(part) - at - 1);
    Duration reset = Duration.ofMillis(oldest - at);
    return new Drawn(
        granted,
        held,
        part,
        Duration.ofMillis(partEnds),
        Duration.ofMillis(usable),
        room,
        room > 0 ? Duration.ZERO : reset,
        reset,
        new Known(at, touched.stream().map(this::part).toList()));
  }

  private Part part(long number) {
    return new Part(number, parts.getOrDefault(number, Map.of()));
  }

  /** What two sides of a fleet that was split counted, together. What the other had is nobody's. */
  public static Account merged(@Nullable Account ours, Account theirs) {
    Account both = ours == null ? new Account(theirs.quota) : ours;
    @Nullable Share share = both.share;
    both.share = null;
    both.at = Math.max(both.at, theirs.at);
    both.merge(theirs.all());
    both.share = share;
    theirs.advances.forEach(
        (member, advance) -> both.advances.merge(member, advance.divided(true), Account::later));
    return both;
  }

  private static Advance later(Advance one, Advance two) {
    boolean first = one.life.equals(two.life) ? one.number >= two.number : one.until >= two.until;
    return first ? one : two;
  }

  /** How many count now, those in advance included. */
  public long used() {
    return counted().values().stream().mapToLong(Tally::used).sum();
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

  private List<Part> all() {
    var all = new ArrayList<Part>();
    parts.forEach((number, tallies) -> all.add(new Part(number, tallies)));
    return all;
  }

  Known known() {
    return new Known(at, all());
  }

  Map<String, Advance> advances() {
    return advances;
  }

  List<Long> members() {
    return members;
  }

  /** Absent while all are here. */
  @Nullable Share share() {
    return share;
  }
}
