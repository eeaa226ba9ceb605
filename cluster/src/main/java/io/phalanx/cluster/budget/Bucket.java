package io.phalanx.cluster.budget;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one key, where the whole fleet keeps them. What a member has in advance is taken
 * out when it is granted, and counts as if it were still here when tokens are refilled: what is
 * here and what members have never exceeds the burst together, so nobody can save tokens up. An
 * advance that is not renewed ends with its term, and its tokens count as used.
 *
 * <p>Time is that of a keeper's clock, which need not agree with anyone's: a bucket that another
 * keeper takes over goes on from there, as if no time had passed in between. Not safe for threads.
 */
public final class Bucket {
  /** What all members have in advance is at most one part in so many of the burst. */
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

  private final Limit limit;
  private final TreeMap<String, Advance> advances;
  private String keeper;
  private long tokens;

  /**
   * What is there of the next token, in parts of which the limit's period in nanoseconds has one.
   */
  private long parts;

  private long at;

  /** A full one. */
  public Bucket(Limit limit, String keeper, long now) {
    this(limit, keeper, now, limit.burst(), 0, Map.of());
  }

  Bucket(
      Limit limit, String keeper, long at, long tokens, long parts, Map<String, Advance> advances) {
    this.limit = limit;
    this.keeper = keeper;
    this.at = at;
    this.tokens = tokens;
    this.parts = parts;
    this.advances = new TreeMap<>(advances);
  }

  /**
   * @param by whose clock {@code now} is of
   * @param now nanoseconds, which never go back by the same clock
   */
  public Drawn draw(Draw draw, String by, long now) {
    passTo(by, now);
    refill(now);
    @Nullable Advance last = advances.get(draw.member());
    if (last != null && draw.number() <= last.number) {
      return new Drawn(List.of(), 0, Duration.ofNanos(until(1)), tokens);
    }
    long unused = last == null ? 0 : Math.min(draw.unused(), last.tokens);
    advances.remove(draw.member());
    List<Duration> delays = grant(draw.wanted(), draw.maxDelay().toNanos());
    long held = advance(unused, draw.ahead());
    if (held > 0) {
      advances.put(draw.member(), new Advance(draw.number(), held, now + draw.term().toNanos()));
    }
    return new Drawn(delays, held, Duration.ofNanos(until(1)), tokens);
  }

  private List<Duration> grant(long wanted, long maxDelay) {
    List<Duration> delays = new ArrayList<>();
    for (long i = 0; i < wanted; i++) {
      long wait = until(1);
      if (wait > maxDelay) {
        break;
      }
      tokens--;
      delays.add(Duration.ofNanos(wait));
    }
    return delays;
  }

  /** What the member has from now on: what it does not want any more comes back. */
  private long advance(long unused, long wanted) {
    long free = limit.burst() / PART_IN_ADVANCE - inAdvance() - unused;
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

  private void passTo(String by, long now) {
    if (!by.equals(keeper)) {
      long shift = now - at;
      advances.replaceAll(
          (_, advance) -> new Advance(advance.number, advance.tokens, advance.until + shift));
      keeper = by;
      at = now;
    }
  }

  /** An advance counts until its end, at which its last token may have been used. */
  private void refill(long now) {
    advances.values().stream()
        .mapToLong(Advance::until)
        .filter(end -> end - now <= 0)
        .boxed()
        .sorted(Comparator.comparingLong(end -> end - now))
        .forEach(
            end -> {
              refillUntil(end);
              advances.values().removeIf(advance -> advance.until == end);
            });
    refillUntil(now);
  }

  private void refillUntil(long now) {
    if (now - at <= 0) {
      return;
    }
    BigInteger[] gained =
        BigInteger.valueOf(now - at)
            .multiply(BigInteger.valueOf(limit.tokens()))
            .add(BigInteger.valueOf(parts))
            .divideAndRemainder(BigInteger.valueOf(limit.period().toNanos()));
    at = now;
    long most = limit.burst() - inAdvance();
    if (gained[0].compareTo(BigInteger.valueOf(most - tokens)) >= 0) {
      tokens = most;
      parts = 0;
    } else {
      tokens += gained[0].longValueExact();
      parts = gained[1].longValueExact();
    }
  }

  /** Nanoseconds until {@code wanted} tokens are there. */
  private long until(long wanted) {
    if (tokens >= wanted) {
      return 0;
    }
    BigInteger missing =
        BigInteger.valueOf(wanted - tokens)
            .multiply(BigInteger.valueOf(limit.period().toNanos()))
            .subtract(BigInteger.valueOf(parts));
    BigInteger rate = BigInteger.valueOf(limit.tokens());
    BigInteger nanos = missing.add(rate).subtract(BigInteger.ONE).divide(rate);
    return nanos.bitLength() < Long.SIZE ? nanos.longValue() : Long.MAX_VALUE;
  }

  /**
   * Nanoseconds until it is full and nobody has anything in advance, so that it may be forgotten.
   */
  public long untilFull() {
    long longest = until(limit.burst());
    for (Advance advance : advances.values()) {
      longest = Math.max(longest, advance.until - at);
    }
    return longest;
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

  Map<String, Advance> advances() {
    return advances;
  }
}
