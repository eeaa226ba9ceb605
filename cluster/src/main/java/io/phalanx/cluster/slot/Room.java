package io.phalanx.cluster.slot;

import io.phalanx.cluster.side.NotSettled;
import io.phalanx.cluster.side.Side;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one key, where the whole fleet keeps them: how many of them each member has, and
 * until when, if it does not come back. Time is that of a keeper's clock; another keeper goes on as
 * if no time had passed. Not safe for threads.
 */
public final class Room {
  /** To spare a member gets at most one part in so many of what is free. */
  private static final int PART_OF_REST = 4;

  /**
   * What a member has.
   *
   * @param number of its last claim
   * @param until when that ends, by the keeper's clock
   */
  record Share(long number, long slots, long until) {}

  private final long amount;
  private final TreeMap<String, Share> shares;
  private String keeper;
  private long at;

  /** An empty one. */
  public Room(long amount, String keeper, long now) {
    this(amount, keeper, now, Map.of());
  }

  Room(long amount, String keeper, long at, Map<String, Share> shares) {
    this.amount = amount;
    this.keeper = keeper;
    this.at = at;
    this.shares = new TreeMap<>(shares);
  }

  /**
   * One that is not kept here: an empty one.
   *
   * @throws NotSettled while somebody may be inside on another side whose part was used here
   */
  public static Room unknown(long amount, String keeper, Side side, long now) {
    side.requireSettled();
    OptionalLong since = side.partialSince();
    if (since.isPresent() && since.getAsLong() - now > 0) {
      throw new NotSettled("the other side may still use the parts of this one");
    }
    return new Room(amount, keeper, now);
  }

  /**
   * @param by whose clock {@code now} is of
   * @param side that {@code by} is on, whose members' part of the amount it is
   * @param now nanoseconds, which never go back by the same clock
   * @throws NotSettled if a member was lost and it is not known yet who is left; nothing is done
   * @return how many slots the member has now, those that it uses included
   */
  public long claim(Claim claim, String by, Side side, long now) {
    side.requireSettled();
    passTo(by, now);
    shares.values().removeIf(share -> share.until - now <= 0);
    @Nullable Share last = shares.get(claim.member());
    if (last != null && claim.number() <= last.number) {
      return claim.number() == last.number ? last.slots : 0;
    }
    shares.remove(claim.member());
    long free = Math.max(0, side.most(amount, now) - taken());
    long needed = claim.used() + claim.wanted();
    long spare = Math.min(claim.spare(), Math.max(0, free - needed) / PART_OF_REST);
    long slots = Math.max(claim.used(), Math.min(needed + spare, free));
    if (slots > 0) {
      shares.put(claim.member(), new Share(claim.number(), slots, now + claim.term().toNanos()));
    }
    return slots;
  }

  private long taken() {
    long sum = 0;
    for (Share share : shares.values()) {
      sum += share.slots;
    }
    return sum;
  }

  private void passTo(String by, long now) {
    if (!by.equals(keeper)) {
      long shift = now - at;
      shares.replaceAll((_, share) -> new Share(share.number, share.slots, share.until + shift));
      keeper = by;
    }
    at = now;
  }

  /** Nanoseconds until it is empty, if nobody comes back. */
  public long untilEmpty() {
    long longest = 0;
    for (Share share : shares.values()) {
      longest = Math.max(longest, share.until - at);
    }
    return longest;
  }

  long amount() {
    return amount;
  }

  String keeper() {
    return keeper;
  }

  long at() {
    return at;
  }

  Map<String, Share> shares() {
    return shares;
  }
}
