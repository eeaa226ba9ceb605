package io.phalanx.cluster.breaker;

import io.phalanx.cluster.breaker.Message.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one member knows of one breaker, and does about it. A request has to pass two gates: the
 * member's own, which opens by what it measures itself, and the fleet's, which opens for all. Time
 * is that of the member's clock, in nanoseconds. Not safe for threads.
 */
final class Course {
  /** After a probe that was not granted nobody asks again for so long. */
  private static final long PAUSE = Duration.ofMillis(20).toNanos();

  private static final long RENEWAL = Breaker.PROBE_TERM.toNanos() / 8;

  /** What becomes of a request. */
  enum Decision {
    PASSES,
    REFUSED,

    /** It is to be a probe; {@link #granted} is to follow. */
    ASKS
  }

  private final Terms terms;
  private final boolean shared;
  private final Gate own;
  private final Gate fleet;
  private final ArrayDeque<Message> out = new ArrayDeque<>();
  private long version;
  private boolean well;
  private long round;
  private long votedRound;
  private @Nullable Tally tripped;
  private @Nullable Message report;
  private @Nullable Message result;
  private long reportedRound;
  private boolean suspect;
  private long probes;
  private long probe;
  private boolean probing;
  private long renewedAt;
  private long askNext;

  /**
   * @param shared whether there may be other members
   * @param probes number of the member's last probe
   */
  Course(Terms terms, boolean shared, long probes, long now) {
    this.terms = terms;
    this.shared = shared;
    this.probes = probes;
    this.own = new Gate(terms);
    this.fleet = new Gate(terms);
    this.askNext = now;
  }

  State state() {
    State one = own.state();
    State other = fleet.state();
    if (one == State.OPEN || other == State.OPEN) {
      return State.OPEN;
    }
    return one == State.CLOSED ? other : one;
  }

  /** Whether it refuses what others serve. */
  boolean isSuspect() {
    return suspect;
  }

  Decision enter(long now) {
    if (!passesOwn(now) || !passesFleet(now)) {
      return Decision.REFUSED;
    }
    if (fleet.state() != State.RECOVERING || well) {
      return Decision.PASSES;
    }
    if (probe != 0 || askNext - now > 0) {
      fleet.takeBack();
      return Decision.REFUSED;
    }
    probe = ++probes;
    probing = false;
    renewedAt = now;
    out.add(wish());
    return Decision.ASKS;
  }

  private Message wish() {
    return new Message.Probe(probe, terms.recovery().toNanos() / 2, 1);
  }

  private boolean passesOwn(long now) {
    if (own.isToRecover(now)) {
      own.recover(now);
    } else if (own.isToClose(now)) {
      own.close(now);
      suspect = false;
      tripped = null;
    }
    return own.allows(now);
  }

  private boolean passesFleet(long now) {
    if (fleet.isToRecover(now)) {
      fleet.recover(now);
      well = false;
      out.add(new Message.Recover());
    } else if (fleet.isToClose(now) && well) {
      fleet.close(now);
      out.add(new Message.Close());
    }
    return fleet.allows(now);
  }

  /** What the member measures is too much. */
  void trip(Tally tally, long now) {
    if (own.state() == State.OPEN) {
      return;
    }
    own.open(now);
    tripped = tally;
    suspect = false;
    if (shared) {
      report = new Message.Report(tally, 1);
      reportedRound = 0;
      out.add(report);
    }
  }

  /** Whether the request that is to probe may. */
  void granted(long number, boolean is, long now) {
    if (number != probe) {
      return;
    }
    if (is) {
      probing = true;
    } else if (!probing) {
      probe = 0;
      askNext = now + PAUSE;
      fleet.takeBack();
    }
  }

  /** Whether it was the probe that this member has. */
  boolean probed(long number, Outcome outcome, long now) {
    if (number != probe) {
      return false;
    }
    probe = 0;
    probing = false;
    result = new Message.Probed(number, outcome);
    out.add(result);
    if (fleet.state() != State.RECOVERING) {
      return true;
    }
    switch (outcome) {
      case WELL -> well = true;
      case FAILED -> {
        fleet.open(now);
        well = false;
      }
      case UNKNOWN -> fleet.takeBack();
    }
    return true;
  }

  /** Number of the probe that this member has, or asks for. */
  long probe() {
    return probe;
  }

  /**
   * How it stands in the fleet.
   *
   * @return what the member is to do then
   */
  Told told(Standing standing, long now) {
    if (standing.version() <= version) {
      return Told.NOTHING_NEW;
    }
    version = standing.version();
    round = standing.round();
    boolean begins = follow(standing, now);
    judge();
    boolean asked = round > votedRound;
    votedRound = Math.max(votedRound, round);
    return new Told(begins, asked);
  }

  /**
   * What is to be done.
   *
   * @param begins another state has begun: what was measured before does not count
   * @param asked a vote is asked for
   */
  record Told(boolean begins, boolean asked) {
    static final Told NOTHING_NEW = new Told(false, false);
  }

  private boolean follow(Standing standing, long now) {
    long since = now - standing.age();
    State before = fleet.state();
    well = standing.well();
    switch (standing.state()) {
      case OPEN -> {
        fleet.open(since);
        own.close(now);
        tripped = null;
        report = null;
        suspect = false;
      }
      case RECOVERING -> {
        if (before == State.RECOVERING) {
          fleet.beganAt(since);
        } else {
          fleet.recover(since);
        }
      }
      case CLOSED -> fleet.close(since);
    }
    return before != fleet.state() && fleet.state() != State.CLOSED;
  }

  /** A round that was asked for by this member, and is over, has left it alone. */
  private void judge() {
    if (reportedRound != 0
        && version > reportedRound
        && round == 0
        && own.state() != State.CLOSED
        && fleet.state() != State.OPEN) {
      suspect = true;
      reportedRound = 0;
    }
  }

  /** A vote that is asked for, by what is measured now. */
  void vote(Tally measured, long now) {
    if (round == 0) {
      return;
    }
    Tally tally = measured;
    Tally before = tripped;
    if (own.state() == State.OPEN && before != null) {
      tally = before;
    } else if (measured.tripped() && own.state() != State.OPEN) {
      own.open(now);
      tripped = measured;
      suspect = false;
      reportedRound = round;
    }
    out.add(new Message.Vote(round, tally));
  }

  /** A message came through. */
  Told answered(Message message, Reply reply, long now) {
    if (message.equals(report)) {
      report = null;
      reportedRound = reply.standing().round();
    }
    if (message.equals(result)) {
      result = null;
    }
    Told told = told(reply.standing(), now);
    judge();
    return told;
  }

  /** What did not come through before, and what a probe needs that goes on. */
  void repeat(long now) {
    Message first = report;
    if (first != null) {
      out.add(first);
    }
    Message second = result;
    if (second != null) {
      out.add(second);
    }
    if (probing && now - renewedAt >= RENEWAL) {
      renewedAt = now;
      out.add(wish());
    }
  }

  /** As the member knows it, to be told with each message. */
  Standing known(long now) {
    return new Standing(version, fleet.state(), Math.max(0, now - fleet.since()), well, 0);
  }

  /** For how long that is to be kept where nobody comes back. */
  long keep() {
    return terms.fallback().plus(terms.recovery()).plusMinutes(1).toNanos();
  }

  /** What is to be told since the last time. */
  List<Message> messages() {
    if (out.isEmpty()) {
      return List.of();
    }
    List<Message> all = List.copyOf(out);
    out.clear();
    return all;
  }

  Optional<Tally> tripped() {
    return Optional.ofNullable(tripped);
  }
}
