package io.phalanx.cluster.side;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * The members that one of them has around it, for whom it may decide about amounts that the whole
 * fleet shares. Every member that belongs to the fleet has an equal part of each amount and of what
 * it gains with time; whoever keeps the count uses the parts of those it is in contact with. No
 * part is used on two sides of a split at once: {@link Presence} says why.
 *
 * <p>Members are numbers that nobody else had, another one after each start and each healed split.
 * Times are nanoseconds of this member's clock.
 */
public final class Side {
  /** Of a node on its own, or where each side counts the whole amount. */
  public static final Side ALONE =
      new Side(
          1,
          new long[0],
          Map.of(),
          Set.of(),
          new Opening(true, true, OptionalLong.empty(), 0, Completeness.ALL, 1));

  /**
   * A member that answered.
   *
   * @param since when it first did
   * @param from when its part begins to gain here
   * @param until how long its last answer counts
   */
  record Contact(long since, long from, long until) {
    boolean isAt(long time) {
      return since - time <= 0 && until - time > 0;
    }
  }

  /**
   * What is known since the last loss of a member.
   *
   * @param settled whether all that are left have answered since
   * @param sure whether what is not counted here is known to be counted nowhere, or else since when
   *     it may be counted elsewhere
   * @param partialSince when something was lost that is not known here; new amounts gain from then
   * @param gainsFrom from when on the parts of those who are left are not used on another side
   * @param completeness who is here
   * @param together how many members had all there was when all were here
   */
  record Opening(
      boolean settled,
      boolean sure,
      OptionalLong partialSince,
      long gainsFrom,
      Completeness completeness,
      int together) {}

  /** Who is here of those that belong to the fleet. */
  enum Completeness {
    /** Not all. */
    SOME,
    /** All, but not all that they know. */
    GATHERING,
    /** All, and what they know. */
    ALL
  }

  private final int known;
  private final long[] view;
  private final long[] members;
  private final List<Contact> contacts;
  private final Set<Long> gone;
  private final Opening opening;

  /**
   * @param known how many members belong to the fleet, here or not
   * @param view sorted; all members of the cluster as this one sees it
   * @param contacts those of them that belong to the fleet and answered, this one included
   * @param gone members that ended by themselves, and are on no side
   */
  Side(int known, long[] view, Map<Long, Contact> contacts, Set<Long> gone, Opening opening) {
    this.known = known;
    this.view = view;
    var sorted = new TreeMap<>(contacts);
    this.members = sorted.keySet().stream().mapToLong(Long::longValue).toArray();
    this.contacts = List.copyOf(sorted.values());
    this.gone = gone;
    this.opening = opening;
  }

  /** How many members belong to the fleet: each has one part of so many. */
  public int known() {
    return known;
  }

  /** Members whose parts are counted here, sorted; not to be changed. */
  public long[] members() {
    return members;
  }

  /** Whether a member is here, or is known to be on no other side. */
  public boolean has(long member) {
    return sees(member) || gone.contains(member);
  }

  /** Whether a member is here. */
  public boolean sees(long member) {
    return this == ALONE || Arrays.binarySearch(view, member) >= 0;
  }

  /** Whether all that belong to the fleet are here, and all that any of them knows. */
  public boolean isWhole(long now) {
    return this == ALONE || (opening.completeness == Completeness.ALL && inContact(now) >= known);
  }

  /** Whether that will be so in a moment. */
  public boolean isGathering() {
    return opening.completeness == Completeness.GATHERING;
  }

  /**
   * Of what is counted nowhere here, how many members know that it was counted nowhere else either
   * when all were here: their parts of it are not used.
   */
  public int together() {
    return opening.together;
  }

  /** Whether all that were left after the last loss have answered since. */
  public boolean isSettled() {
    return opening.settled;
  }

  /**
   * @throws NotSettled after a loss, until all that are left have answered
   */
  public void requireSettled() {
    if (!opening.settled) {
      throw new NotSettled("a member was lost, and not all others have answered since");
    }
  }

  /**
   * When something began to gain that is counted nowhere here; empty if it is as good as new.
   *
   * @throws NotSettled while that is not known
   */
  public OptionalLong partialSince() {
    if (!opening.sure) {
      throw new NotSettled("members came or went, and not all have answered since");
    }
    return opening.partialSince;
  }

  /** When what another keeper had, who was lost, goes on gaining here. */
  public long gainsFrom(long now) {
    return opening.gainsFrom - now > 0 ? opening.gainsFrom : now;
  }

  /** How many members have answered lately, this one included. */
  private int inContact(long now) {
    return (int) contacts.stream().filter(contact -> contact.isAt(now)).count();
  }

  /** How many members' parts are gaining here. */
  public int lenders(long now) {
    return this == ALONE
        ? 1
        : (int)
            contacts.stream()
                .filter(contact -> contact.isAt(now) && contact.from - now <= 0)
                .count();
  }

  /** How many members' parts have been used here alone for so many nanoseconds at least. */
  public int lendersFor(long nanos, long now) {
    long then = now - nanos;
    return opening.gainsFrom - then > 0
        ? 0
        : (int)
            contacts.stream()
                .filter(contact -> contact.isAt(now) && contact.from - then <= 0)
                .count();
  }

  /** The most of an amount that may be here: the parts of all that are in contact. */
  public long most(long amount, long now) {
    return this == ALONE ? amount : part(amount, inContact(now), known);
  }

  /**
   * What {@code some} of {@code all} have of an amount. Of what cannot be divided a majority has
   * the rest, so that there is one who has it.
   */
  public static long part(long amount, int some, int all) {
    if (some >= all || amount <= 0) {
      return amount;
    }
    return 2 * some > all ? amount - divided(amount, all - some, all) : divided(amount, some, all);
  }

  private static long divided(long amount, long some, long all) {
    return amount / all * some + amount % all * some / all;
  }

  /** When more parts came to this side, between two times. */
  public LongStream gained(long start, long end) {
    return contacts.stream()
        .mapToLong(Contact::since)
        .filter(since -> since - start > 0 && since - end < 0);
  }

  /** Nanoseconds between two times in which parts were gaining here, summed over their members. */
  public long gaining(long start, long end) {
    if (this == ALONE) {
      return Math.max(0, end - start);
    }
    long sum = 0;
    for (Contact contact : contacts) {
      long from = contact.from - start > 0 ? contact.from : start;
      long until = contact.until - end < 0 ? contact.until : end;
      sum += Math.max(0, until - from);
    }
    return sum;
  }
}
