package io.phalanx.cluster.ledger;

import io.phalanx.cluster.ledger.Request.Accept;
import io.phalanx.cluster.ledger.Request.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One try to change the ledger: the proposer of Paxos. First a majority promises to take part in no
 * earlier try, and tells what it accepted; what may have been agreed on without this member's
 * knowledge is completed, instead of the change. Then members accept.
 *
 * <p>Members change like everything else, as the ledger says whose majority counts: for a ledger
 * that of its own members and that of its predecessor's. As that of the predecessor's is part of
 * every decision on what follows it, two tries with different members have one in common.
 *
 * <p>Pure: whoever drives it sends {@link #request} to {@link #toAsk}, tells it the replies, and
 * looks at {@link #outcome}. Not thread-safe.
 */
public final class Proposal {
  private final Ballot ballot;
  private final Function<Ledger, Optional<Ledger>> change;
  private final Set<String> promised = new HashSet<>();
  private final Set<String> accepted = new HashSet<>();
  private final Set<String> asked = new HashSet<>();
  private Vote chosen;
  private Vote highest;
  private @Nullable Ledger offered;
  private boolean completing;
  private Outcome outcome = new Outcome.Open();

  /** What came of it so far. */
  public sealed interface Outcome {
    /** Nothing yet. */
    record Open() implements Outcome {}

    /**
     * Agreed on.
     *
     * @param own whether it is the change, and not one that another member had begun
     */
    record Chosen(Vote vote, boolean own) implements Outcome {}

    /** There is nothing to be changed in the ledger, as the change itself says. */
    record Declined(Vote chosen) implements Outcome {}

    /** A member takes part in a later try. */
    record Beaten(Ballot by) implements Outcome {}
  }

  /**
   * @param ballot of nobody else and no other try
   * @param chosen the latest that this member knows to be agreed on
   * @param change makes the ledger that is to follow; empty if none is
   */
  public Proposal(Ballot ballot, Vote chosen, Function<Ledger, Optional<Ledger>> change) {
    this.ballot = ballot;
    this.chosen = chosen;
    this.highest = chosen;
    this.change = change;
  }

  public Outcome outcome() {
    return outcome;
  }

  /** The latest that is known to be agreed on. */
  public Vote chosen() {
    return chosen;
  }

  /** What is to be asked now. */
  public Request request() {
    Ledger next = offered;
    return next == null ? new Promise(ballot) : new Accept(new Vote(ballot, next));
  }

  /** Ids of the members that it is to be asked of and that were not asked yet. */
  public List<String> toAsk() {
    Ledger next = offered;
    Ledger of = next == null ? highest.ledger() : next;
    var ids = new ArrayList<String>();
    Stream.concat(of.members().stream(), of.former().stream())
        .map(KnownMember::id)
        .distinct()
        .filter(asked::add)
        .forEach(ids::add);
    return ids;
  }

  /** A member replied to {@code request}. */
  public void replied(String member, Request request, Reply reply) {
    if (!(outcome instanceof Outcome.Open) || !request.equals(request())) {
      return;
    }
    reply.chosen().ifPresent(this::learned);
    switch (reply) {
      case Reply.Promised(Optional<Vote> last, Optional<Vote> _) -> {
        last.ifPresent(this::found);
        promised.add(member);
      }
      case Reply.Accepted _ -> accepted.add(member);
      case Reply.Refused(Ballot by, Optional<Vote> _) -> outcome = new Outcome.Beaten(by);
      case Reply.ContentMissing _, Reply.Known _ -> {
        // As if it had not replied.
      }
    }
    if (outcome instanceof Outcome.Open) {
      goOn();
    }
  }

  private void learned(Vote vote) {
    if (vote.ledger().fleet().equals(chosen.ledger().fleet())
        && vote.ledger().version() > chosen.ledger().version()) {
      chosen = vote;
      found(vote);
    }
  }

  private void found(Vote vote) {
    if (vote.ballot().isAfter(highest.ballot())) {
      highest = vote;
    }
  }

  private void goOn() {
    Ledger next = offered;
    if (next != null) {
      if (next.isQuorum(accepted)) {
        outcome = new Outcome.Chosen(new Vote(ballot, next), !completing);
      }
      return;
    }
    completing = highest.ledger().version() > chosen.ledger().version();
    if (completing && highest.ledger().isQuorum(promised)) {
      offer(highest.ledger());
    } else if (!completing && chosen.ledger().isMajority(promised)) {
      change
          .apply(chosen.ledger())
          .ifPresentOrElse(this::offer, () -> outcome = new Outcome.Declined(chosen));
    }
  }

  private void offer(Ledger ledger) {
    offered = ledger;
    asked.clear();
  }
}
