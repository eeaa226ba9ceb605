package io.phalanx.cluster.ledger;

import io.phalanx.cluster.ledger.Reply.Accepted;
import io.phalanx.cluster.ledger.Reply.Known;
import io.phalanx.cluster.ledger.Reply.Promised;
import io.phalanx.cluster.ledger.Reply.Refused;
import io.phalanx.cluster.ledger.Request.Accept;
import io.phalanx.cluster.ledger.Request.Learn;
import io.phalanx.cluster.ledger.Request.Look;
import io.phalanx.cluster.ledger.Request.Promise;
import java.util.Optional;

/**
 * What one member keeps of the agreement, and what it answers: the acceptor of Paxos, for a
 * register whose every value is made from the one before it (CASPaxos, Rystsov 2018). It must be on
 * disk before its reply is sent.
 *
 * @param promised no earlier ballot is taken part in
 * @param accepted what was accepted last, whether it was agreed on or not
 * @param chosen the latest that is known to be agreed on
 */
public record Acceptor(Ballot promised, Optional<Vote> accepted, Optional<Vote> chosen) {
  /** A member that belongs to no fleet yet. */
  public static final Acceptor NEW = new Acceptor(Ballot.NONE, Optional.empty(), Optional.empty());

  /** A member that founds a fleet. */
  public static Acceptor founding(String fleet, KnownMember self) {
    var founded = Optional.of(new Vote(new Ballot(1, self.id()), Ledger.founded(fleet, self)));
    return new Acceptor(founded.get().ballot(), founded, founded);
  }

  /** What it is then, and its reply. */
  public record Step(Acceptor then, Reply reply) {}

  public Step answer(Request request) {
    return switch (request) {
      case Promise(Ballot ballot) -> promise(ballot);
      case Accept(Vote vote) -> accept(vote);
      case Learn(Vote vote) -> {
        Acceptor then = learned(vote);
        yield new Step(then, new Known(then.accepted, then.chosen));
      }
      case Look() -> new Step(this, new Known(accepted, chosen));
    };
  }

  /** The ballot of a try by {@code member}: after all that is known here. */
  public Ballot next(String member, Ballot beaten) {
    return new Ballot(Math.max(promised.round(), beaten.round()) + 1, member);
  }

  private Step promise(Ballot ballot) {
    if (promised.isAfter(ballot)) {
      return new Step(this, new Refused(promised, chosen));
    }
    return new Step(new Acceptor(ballot, accepted, chosen), new Promised(accepted, chosen));
  }

  private Step accept(Vote vote) {
    if (promised.isAfter(vote.ballot()) || !mayFollow(vote.ledger())) {
      return new Step(this, new Refused(promised, chosen));
    }
    return new Step(new Acceptor(vote.ballot(), Optional.of(vote), chosen), new Accepted(chosen));
  }

  /** What was agreed on is replaced by nothing but what follows it. */
  private boolean mayFollow(Ledger ledger) {
    if (chosen.isEmpty()) {
      return true;
    }
    Ledger known = chosen.get().ledger();
    return known.fleet().equals(ledger.fleet())
        && (ledger.version() > known.version() || ledger.equals(known));
  }

  private Acceptor learned(Vote vote) {
    if (chosen.isPresent()) {
      Ledger known = chosen.get().ledger();
      if (!known.fleet().equals(vote.ledger().fleet())
          || known.version() >= vote.ledger().version()) {
        return this;
      }
    }
    return new Acceptor(promised, accepted, Optional.of(vote));
  }
}
