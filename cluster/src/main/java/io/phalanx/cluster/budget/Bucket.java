package io.phalanx.cluster.budget;

import io.phalanx.cluster.side.NotSettled;
import io.phalanx.cluster.side.Side;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one key, where the whole fleet keeps them. What a member has in advance is taken
 * out when it is granted, and counts as if it were still here when tokens are refilled: what is
 * here and what members have never exceeds the burst together, so nobody can save tokens up. An
 * advance that is not renewed ends with its term, and its tokens count as used.
 *
 * <p>While the fleet is split each side has the parts of its members, of what was here and of what
 * is refilled ({@link Side}).
 *
 * <p>Time is that of a keeper's clock, which need not agree with anyone's: a bucket that another
 * keeper takes over goes on from there, as if no time had passed in between. Not safe for threads.
 */
public final class Bucket {
  /**
   * What all members have in advance is at most one part in so many of the burst, and each has at
   * most its part of that.
   */
  static final int PART_IN_ADVANCE = 20;

  /** An advance takes at most one part in so many of what is there: less as a bucket empties. */
  private static final int PART_OF_REST = 4;

  /**
   * What a member has.
   *
   * @param number of its last draw
   * @param until when that ends, by the keeper's clock
   */
  record Advance(long number, long tokens, long until) {}

  /** What is told to wait of one to whom no time can be given. */
  private static final long UNKNOWN = Duration.ofSeconds(1).toNanos();

  private final Limit limit;
  private final TreeMap<String, Advance> advances;
  private String keeper;
  private long tokens;

  /**
   * What is there of the next token, in parts of which the limit's period in nanoseconds, times the
   * members that belong to the fleet, has one.
   */
  private long parts;

  private long at;

  /** Whose parts were counted here the last time, and how many members belonged to the fleet. */
  private Counting counting;

  private Side side = Side.ALONE;

  /**
   * @param members sorted
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and kept half a million times.
  record Counting(long[] members, int known) {
    static final Counting ALONE = new Counting(new long[0], 1);
  }

  /** A full one, of a node on its own. */
  public Bucket(Limit limit, String keeper, long now) {
    this(limit, keeper, now, limit.burst(), 0, Counting.ALONE, Map.of());
  }

  Bucket(
      Limit limit,
      String keeper,
      long at,
      long tokens,
      long parts,
      Counting counting,
      Map<String, Advance> advances) {
    this.limit = limit;
    this.keeper = keeper;
    this.at = at;
    this.tokens = tokens;
    this.parts = parts;
    this.counting = counting;
    this.advances = new TreeMap<>(advances);
  }

  /**
   * One that is not kept here. It is full if it is kept nowhere; else it has gained what it can
   * have gained since it may have been lost.
   *
   * @throws NotSettled while that is not known
   */
  public static Bucket unknown(Limit limit, String keeper, Side side, long now) {
    side.requireSettled();
    OptionalLong since = side.partialSince();
    return new Bucket(
        limit,
        keeper,
        since.orElse(now),
        since.isPresent() ? 0 : side.most(limit.burst(), now),
        0,
        new Counting(side.members(), side.known()),
        Map.of());
  }

  /**
   * @param by whose clock {@code now} is of
   * @param on the side that {@code by} is on
   * @param now nanoseconds, which never go back by the same clock
   * @throws NotSettled if a member was lost and it is not known yet who is left; nothing is done
   */
  public Drawn draw(Draw draw, String by, Side on, long now) {
    side = on;
    int left = left();
    boolean lost = left < counting.members.length;
    if (lost) {
      side.requireSettled();
    }
    passTo(by, lost, now);
    divide(left);
    refill(now);
    @Nullable Advance last = advances.get(draw.member());
    if (last != null && draw.number() <= last.number) {
      return new Drawn(List.of(), 0, Duration.ofNanos(until(1, now)), tokens);
    }
    long unused = last == null ? 0 : Math.min(draw.unused(), last.tokens);
    advances.remove(draw.member());
    List<Duration> delays = grant(draw.wanted(), draw.maxDelay().toNanos(), now);
    long held = advance(unused, draw.ahead(), now);
    if (held > 0) {
      advances.put(draw.member(), new Advance(draw.number(), held, now + draw.term().toNanos()));
    }
    return new Drawn(delays, held, Duration.ofNanos(until(1, now)), tokens);
  }

  /** How many of those who were counted are still here. */
  private int left() {
    int left = 0;
    for (long member : counting.members) {
      left += side.has(member) ? 1 : 0;
    }
    return left;
  }

  /** What was here is divided among the sides, by who was counted: a debt is everyone's. */
  private void divide(int left) {
    if (left < counting.members.length) {
      tokens = Side.part(tokens, left, counting.members.length);
      parts = 0;
    }
    if (counting.known != side.known()) {
      parts = 0;
    }
    counting = new Counting(side.members(), side.known());
  }

  private List<Duration> grant(long wanted, long maxDelay, long now) {
    List<Duration> delays = new ArrayList<>();
    for (long i = 0; i < wanted; i++) {
      long wait = until(1, now);
      if (wait > maxDelay) {
        break;
      }
      tokens--;
      delays.add(Duration.ofNanos(wait));
    }
    return delays;
  }

  /** What the member has from now on: what it does not want any more comes back. */
  private long advance(long unused, long wanted, long now) {
    long most = side.most(limit.burst(), now);
    long inAdvance = most / PART_IN_ADVANCE;
    long free = Math.min(inAdvance - inAdvance(), Math.ceilDiv(inAdvance, side.known())) - unused;
    long more = Math.min(wanted - unused, Math.max(0, Math.min(free, tokens / PART_OF_REST)));
    tokens -= more;
    return unused + more;
  }

  private long inAdvance() {
    long sum = 0;
    for (Advance advance : advances.values()) {
      sum += advance.tokens;
    }
    return sum;
  }

  /** What a keeper had that was lost gains no more until its side can use nothing of it. */
  private void passTo(String by, boolean lost, long now) {
    if (!by.equals(keeper)) {
      long shift = now - at;
      advances.replaceAll(
          (_, advance) -> new Advance(advance.number, advance.tokens, advance.until + shift));
      keeper = by;
      at = lost ? side.gainsFrom(now) : now;
    }
  }

  /**
   * An advance counts until its end, at which its last token may have been used; and what was
   * gained before more members came did not exceed the parts of those who were here.
   */
  private void refill(long now) {
    LongStream ends = advances.values().stream().mapToLong(Advance::until);
    LongStream.concat(ends.filter(end -> end - now <= 0), side.gained(at, now))
        .boxed()
        .sorted(Comparator.comparingLong(time -> time - now))
        .forEach(
            time -> {
              refillUntil(time);
              advances.values().removeIf(advance -> advance.until == time);
            });
    refillUntil(now);
  }

  private void refillUntil(long now) {
    long most = Math.max(side.most(limit.burst(), now) - inAdvance(), Math.min(tokens, 0));
    if (now - at > 0) {
      BigInteger[] gained =
          BigInteger.valueOf(side.gaining(at, now))
              .multiply(BigInteger.valueOf(limit.tokens()))
              .add(BigInteger.valueOf(parts))
              .divideAndRemainder(onePart());
      at = now;
      parts = gained[1].bitLength() < Long.SIZE ? gained[1].longValue() : 0;
      tokens =
          gained[0].compareTo(BigInteger.valueOf(most - tokens)) >= 0
              ? most
              : tokens + gained[0].longValueExact();
    }
    if (tokens >= most) {
      tokens = most;
      parts = 0;
    }
  }

  private BigInteger onePart() {
    return BigInteger.valueOf(limit.period().toNanos()).multiply(BigInteger.valueOf(side.known()));
  }

  /** Nanoseconds until {@code wanted} tokens are there. */
  private long until(long wanted, long now) {
    if (tokens >= wanted) {
      return 0;
    }
    int lenders = side.lenders(now);
    if (lenders == 0 || side.most(limit.burst(), now) < wanted) {
      return UNKNOWN;
    }
    BigInteger missing =
        BigInteger.valueOf(wanted - tokens).multiply(onePart()).subtract(BigInteger.valueOf(parts));
    BigInteger rate = BigInteger.valueOf(limit.tokens()).multiply(BigInteger.valueOf(lenders));
    BigInteger nanos = missing.add(rate).subtract(BigInteger.ONE).divide(rate);
    return nanos.bitLength() < Long.SIZE - 1
        ? nanos.longValue() + Math.max(0, at - now)
        : Long.MAX_VALUE;
  }

  /**
   * Nanoseconds until it is full and nobody has anything in advance, so that it may be forgotten.
   */
  public long untilFull() {
    long longest = untilFullOfTokens();
    for (Advance advance : advances.values()) {
      longest = Math.max(longest, advance.until - at);
    }
    return longest;
  }

  private long untilFullOfTokens() {
    long missing = limit.burst() - tokens;
    long period = limit.period().toNanos();
    if (Math.multiplyHigh(missing, period) == 0 && missing * period >= 0) {
      return missing * period / limit.tokens() + 1; // Nearly always, and on the way of a request.
    }
    return BigInteger.valueOf(missing)
        .multiply(BigInteger.valueOf(period))
        .divide(BigInteger.valueOf(limit.tokens()))
        .add(BigInteger.ONE)
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  Limit limit() {
    return limit;
  }

  String keeper() {
    return keeper;
  }

  long at() {
    return at;
  }

  long tokens() {
    return tokens;
  }

  long parts() {
    return parts;
  }

  Counting counting() {
    return counting;
  }

  Map<String, Advance> advances() {
    return advances;
  }
}
