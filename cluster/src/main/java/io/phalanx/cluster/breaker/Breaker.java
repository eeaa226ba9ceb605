package io.phalanx.cluster.breaker;

import io.phalanx.cluster.breaker.Message.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * A breaker, where the whole fleet keeps it: how it stands, the votes of a round, who probes. Time
 * is that of a keeper's clock; another keeper goes on as if no time had passed. Not safe for
 * threads.
 *
 * <p>It opens for all if members with more than half of the requests that are counted in a round
 * say that what they measure is too much. A member without requests has no weight. Otherwise
 * whoever reported stays alone with it.
 */
public final class Breaker {
  /** How long a prober that is not heard of keeps the others from it. */
  public static final Duration PROBE_TERM = Duration.ofSeconds(4);

  /** For so long a round waits for the votes of most members. */
  private static final long LONGEST_ROUND = Duration.ofMillis(500).toNanos();

  static final String NOBODY = "";

  /** Who probes, or did last. */
  record Probing(String member, long number, long since, long until) {
    static final Probing NOTHING = new Probing(NOBODY, 0, 0, 0);

    boolean is(String sender, long its) {
      return member.equals(sender) && number == its;
    }

    Probing shifted(long shift) {
      return new Probing(member, number, since + shift, until + shift);
    }
  }

  /** What is asked of members: how many votes it waits for, and those that came. */
  record Round(long number, long since, int awaited, Map<String, Tally> votes) {
    static final Round NONE = new Round(0, 0, 0, Map.of());

    Round with(String member, Tally tally) {
      var more = new TreeMap<>(votes);
      // Who tripped once has tripped, whatever a vote says that was on its way meanwhile.
      more.merge(member, tally, (first, other) -> first.tripped() ? first : other);
      return new Round(number, since, awaited, more);
    }

    Round shifted(long shift) {
      return new Round(number, since + shift, awaited, votes);
    }

    boolean isComplete() {
      return votes.size() >= awaited;
    }

    boolean hasMost() {
      return votes.size() * 2 > awaited;
    }

    boolean opens() {
      long all = 0;
      long tripped = 0;
      for (Tally tally : votes.values()) {
        all += tally.requests();
        tripped += tally.tripped() ? tally.requests() : 0;
      }
      return tripped * 2 > all;
    }
  }

  private String keeper;
  private long at;
  private long version;
  private State state;
  private long since;
  private boolean well;
  private Round round;
  private Probing probing;

  /** Whose probe was the last one, if it failed. */
  private String failed;

  private long keep;

  /** One of which nothing is known. */
  public Breaker(String keeper, long now) {
    this(keeper, now, Standing.NEW, Round.NONE, Probing.NOTHING, NOBODY, 0);
  }

  Breaker(
      String keeper,
      long at,
      Standing standing,
      Round round,
      Probing probing,
      String failed,
      long keep) {
    this.keeper = keeper;
    this.at = at;
    this.version = standing.version();
    this.state = standing.state();
    this.since = at - standing.age();
    this.well = standing.well();
    this.round = round;
    this.probing = probing;
    this.failed = failed;
    this.keep = keep;
  }

  /**
   * @param by whose clock {@code now} is of
   * @param now nanoseconds, which never go back by the same clock
   */
  public Reply tell(Motion motion, String by, long now) {
    passTo(by, now);
    keep = Math.max(keep, motion.keep());
    if (motion.known().version() > version) {
      adopt(motion.known());
    }
    boolean granted = false;
    switch (motion.message()) {
      case Message.Report report -> report(motion.member(), report);
      case Message.Vote(long number, Tally tally) -> {
        if (isUnderWay(number)) {
          round = round.with(motion.member(), tally);
          decideIf(round.isComplete());
        }
      }
      case Message.Decide(long number) -> decideIf(isUnderWay(number) && isToEnd());
      case Message.Recover _ -> recoverIf(motion.known().version() == version);
      case Message.Probe probe -> granted = probe(motion, probe);
      case Message.Probed(long number, Outcome outcome) -> probed(motion.member(), number, outcome);
      case Message.Close _ -> {
        if (state == State.RECOVERING && well && motion.known().version() == version) {
          change(State.CLOSED);
        }
      }
      case Message.Look _ -> {}
    }
    return new Reply(standing(), granted);
  }

  private void passTo(String by, long now) {
    if (!by.equals(keeper)) {
      long shift = now - at;
      since += shift;
      round = round.shifted(shift);
      probing = probing.shifted(shift);
      keeper = by;
    }
    at = now;
  }

  private void adopt(Standing known) {
    version = known.version();
    state = known.state();
    since = at - known.age();
    well = known.well();
    round = Round.NONE;
  }

  private void change(State to) {
    state = to;
    since = at;
    well = false;
    round = Round.NONE;
    version++;
  }

  private boolean isUnderWay(long number) {
    return number != 0 && number == round.number;
  }

  private boolean isToEnd() {
    return round.hasMost() || at - round.since > LONGEST_ROUND;
  }

  private void report(String member, Message.Report report) {
    if (state == State.OPEN) {
      return;
    }
    if (round.number == 0 || at - round.since > 2 * LONGEST_ROUND) {
      version++;
      round = new Round(version, at, report.members(), Map.of());
    }
    round = round.with(member, report.tally());
    decideIf(round.isComplete());
  }

  private void decideIf(boolean isTime) {
    if (!isTime) {
      return;
    }
    if (round.opens()) {
      failed = NOBODY;
      change(State.OPEN);
    } else {
      round = Round.NONE;
      version++;
    }
  }

  private void recoverIf(boolean isMeant) {
    if (isMeant && state == State.OPEN) {
      change(State.RECOVERING);
    }
  }

  private boolean probe(Motion motion, Message.Probe probe) {
    // The member began to recover, and its word of that was lost.
    recoverIf(motion.known().version() == version && motion.known().state() == State.RECOVERING);
    if (state != State.RECOVERING) {
      return false;
    }
    boolean free = probing.member.equals(NOBODY) || probing.until - at <= 0;
    boolean renewed = probing.is(motion.member(), probe.number());
    boolean standsBack =
        failed.equals(motion.member()) && probe.members() > 1 && at - since < probe.yields();
    if (!renewed && (!free || standsBack || well)) {
      return false;
    }
    long began = renewed ? probing.since : at;
    probing = new Probing(motion.member(), probe.number(), began, at + PROBE_TERM.toNanos());
    return true;
  }

  private void probed(String member, long number, Outcome outcome) {
    if (!probing.is(member, number)) {
      return;
    }
    boolean ofThisRecovery = state == State.RECOVERING && !well && probing.since - since >= 0;
    probing = Probing.NOTHING;
    if (!ofThisRecovery) {
      return;
    }
    switch (outcome) {
      case WELL -> {
        well = true;
        failed = NOBODY;
        version++;
      }
      case FAILED -> {
        failed = member;
        change(State.OPEN);
      }
      case UNKNOWN -> {}
    }
  }

  /** Nanoseconds until it may be forgotten, if nobody comes back. */
  public long untilForgotten() {
    return state == State.CLOSED && round.number == 0 ? 0 : keep;
  }

  /** How it stands. */
  public Standing standing() {
    return new Standing(version, state, Math.max(0, at - since), well, round.number);
  }

  String keeper() {
    return keeper;
  }

  long at() {
    return at;
  }

  Round round() {
    return round;
  }

  Probing probing() {
    return probing;
  }

  String failed() {
    return failed;
  }

  long keep() {
    return keep;
  }
}
