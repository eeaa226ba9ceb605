package io.phalanx.cluster.ledger;

import io.phalanx.cluster.ledger.Call.Sealed;
import io.phalanx.cluster.revision.RevisionEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the members agree on changes of the ledger: drives {@link Proposal}s, one at a time, until
 * one succeeds. Waits, so not to be called on an I/O thread.
 */
final class Agreement {
  private static final Logger LOG = LoggerFactory.getLogger(Agreement.class);

  /** What one try may take. */
  private static final Duration ROUND = Duration.ofSeconds(2);

  private static final int PAUSE_MILLIS = 20;
  private static final int LONGEST_PAUSE_MILLIS = 500;

  private final LedgerKeeper keeper;
  private final Peers peers;
  private final ReentrantLock one = new ReentrantLock(true);

  /** Why the disk could not be read last, which is not told again. Guarded by the lock. */
  private String told = "";

  Agreement(LedgerKeeper keeper, Peers peers) {
    this.keeper = keeper;
    this.peers = peers;
  }

  /** What became of a change. */
  sealed interface Result {
    record Agreed(Ledger ledger) implements Result {}

    /** The change itself had nothing to change in this ledger. */
    record Declined(Ledger ledger) implements Result {}

    /** It was not asked for. */
    record Unavailable(String reason) implements Result {}

    /** No answer within the time: it may be agreed on later all the same. */
    record Unknown(String reason) implements Result {}
  }

  private record Told(String member, Request request, Reply reply) {}

  /** Members that are here, this one included. */
  Set<String> here() {
    var here = new HashSet<>(peers.present());
    here.add(keeper.self());
    return here;
  }

  /** Why no majority can be had now, if so. */
  Optional<String> lack(Ledger ledger) {
    Set<String> here = here();
    if (ledger.isMajority(here)) {
      return Optional.empty();
    }
    List<String> away =
        ledger.members().stream()
            .filter(member -> !here.contains(member.id()))
            .map(KnownMember::name)
            .toList();
    return Optional.of(
        "no majority: %d of %d known members are here; away: %s"
            .formatted(
                ledger.members().size() - away.size(),
                ledger.members().size(),
                String.join(", ", away)));
  }

  /**
   * @param change makes the ledger that is to follow; called once for each try
   */
  Result agree(Function<Ledger, Optional<Ledger>> change, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    if (!one.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      return new Result.Unavailable("other changes took too long");
    }
    try {
      Result result = agreeAlone(change, end);
      told = "";
      return result;
    } catch (IOException e) {
      String reason = "the ledger cannot be kept: " + e.getMessage();
      if (keeper.unwritten().isEmpty() && !reason.equals(told)) {
        LOG.error(reason);
        told = reason;
      }
      return new Result.Unavailable(reason);
    } finally {
      one.unlock();
    }
  }

  private Result agreeAlone(Function<Ledger, Optional<Ledger>> change, long end)
      throws InterruptedException, IOException {
    Ballot beaten = Ballot.NONE;
    for (int attempt = 1; ; attempt++) {
      Vote chosen =
          keeper.chosen().orElseThrow(() -> new IllegalStateException("not of any fleet yet"));
      Optional<String> lack = lack(chosen.ledger());
      if (lack.isPresent()) {
        return attempt == 1 ? new Result.Unavailable(lack.get()) : new Result.Unknown(lack.get());
      }
      var proposal = new Proposal(keeper.begin(beaten), chosen, change);
      run(proposal, Math.min(end, System.nanoTime() + ROUND.toNanos()));
      keeper.learn(proposal.chosen());
      switch (proposal.outcome()) {
        case Proposal.Outcome.Chosen(Vote vote, boolean own) -> {
          keeper.learn(vote);
          tell(vote);
          if (own) {
            return new Result.Agreed(vote.ledger());
          }
        }
        case Proposal.Outcome.Declined(Vote vote) -> {
          return new Result.Declined(vote.ledger());
        }
        case Proposal.Outcome.Beaten(Ballot by) -> {
          beaten = by.isAfter(beaten) ? by : beaten;
          pause(attempt);
        }
        case Proposal.Outcome.Open() -> pause(attempt);
      }
      if (System.nanoTime() >= end) {
        return new Result.Unknown("the members did not agree in time");
      }
    }
  }

  /** Members that try at the same time must not beat each other for ever. */
  private static void pause(int attempt) throws InterruptedException {
    int most = Math.min(LONGEST_PAUSE_MILLIS, PAUSE_MILLIS * attempt);
    TimeUnit.MILLISECONDS.sleep(1 + ThreadLocalRandom.current().nextInt(most));
  }

  private void run(Proposal proposal, long end) throws InterruptedException, IOException {
    var replies = new LinkedBlockingQueue<Told>();
    send(proposal, replies);
    while (proposal.outcome() instanceof Proposal.Outcome.Open) {
      Told told = replies.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (told == null) {
        return;
      }
      if (told.reply() instanceof Reply.ContentMissing) {
        supply(told, replies);
      } else {
        proposal.replied(told.member(), told.request(), told.reply());
        send(proposal, replies);
      }
    }
  }

  private void send(Proposal proposal, LinkedBlockingQueue<Told> replies) throws IOException {
    Request request = proposal.request();
    for (String member : proposal.toAsk()) {
      ask(member, request, replies);
    }
  }

  private void ask(String member, Request request, LinkedBlockingQueue<Told> replies)
      throws IOException {
    if (member.equals(keeper.self())) {
      replies.add(new Told(member, request, keeper.answer(request)));
      return;
    }
    ask(member, request).thenAccept(reply -> replies.add(new Told(member, request, reply)));
  }

  /** Fails if there is no answer, or none that is understood. */
  CompletableFuture<Reply> ask(String member, Request request) {
    return peers
        .ask(member, CallFormat.bytes(new Call.Ask(request)))
        .thenApply(LedgerFormat::reply)
        .toCompletableFuture();
  }

  /** A member lacks the content of what it is to accept. */
  private void supply(Told told, LinkedBlockingQueue<Told> replies)
      throws InterruptedException, IOException {
    if (!(told.request() instanceof Request.Accept(Vote vote))) {
      return;
    }
    boolean isSelf = told.member().equals(keeper.self());
    Optional<Ledger> known = isSelf ? Optional.empty() : told.reply().chosen().map(Vote::ledger);
    var contents = new LinkedHashMap<String, Sealed>();
    for (String hash : lacking(vote.ledger(), known)) {
      Optional<Sealed> content = isSelf ? obtain(hash) : content(hash);
      if (content.isEmpty()) {
        return;
      }
      contents.put(hash, content.get());
    }
    if (contents.isEmpty()) {
      return;
    }
    if (isSelf) {
      ask(told.member(), told.request(), replies);
      return;
    }
    give(told.member(), contents)
        .thenCompose(_ -> ask(told.member(), told.request()))
        .thenAccept(
            reply -> {
              if (!(reply instanceof Reply.ContentMissing)) {
                replies.add(new Told(told.member(), told.request(), reply));
              }
            });
  }

  /** What a member may not have: what the ledger that it knows names it gets by itself. */
  private static Set<String> lacking(Ledger ledger, Optional<Ledger> known) {
    Set<String> hashes = ledger.contents();
    known.ifPresent(before -> hashes.removeAll(before.documents().values()));
    return hashes;
  }

  /** Has a member keep contents, by their hashes. */
  CompletableFuture<Void> give(String member, Map<String, Sealed> contents) {
    return CompletableFuture.allOf(
        contents.entrySet().stream()
            .map(
                content ->
                    peers
                        .ask(
                            member,
                            CallFormat.bytes(new Call.Keep(content.getKey(), content.getValue())))
                        .toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  /**
   * A content from this member's disk, else from another member; then it is here too.
   *
   * @throws IOException if it cannot be kept here
   */
  private Optional<Sealed> obtain(String hash) throws InterruptedException, IOException {
    Optional<Sealed> content = content(hash);
    if (content.isPresent()) {
      keeper.keep(hash, content.get());
    }
    return content;
  }

  /** The same, also where the disk has no room for it. */
  Optional<Sealed> content(String hash) throws InterruptedException, IOException {
    Optional<Sealed> own = keeper.sealed(hash);
    if (own.isPresent()) {
      return own;
    }
    byte[] give = CallFormat.bytes(new Call.Give(hash));
    for (String member : List.copyOf(peers.present())) {
      Optional<Sealed> given =
          Waiting.forAnswer(peers.ask(member, give), ROUND)
              .flatMap(CallFormat::content)
              .map(Sealed::new);
      if (given.isPresent()) {
        try {
          keeper.keep(hash, given.get());
          return given;
        } catch (LedgerKeeper.UnreadableException e) {
          LOG.warn("what member {} has of a revision is of no use: {}", member, e.getMessage());
        } catch (IOException _) {
          return given; // The keeper has told why it is not kept.
        }
      }
    }
    return Optional.empty();
  }

  /** Has the disk catch up with what was followed in memory, as soon as there is room for it. */
  void writeAgain() throws InterruptedException {
    if (keeper.unwritten().isEmpty()) {
      return;
    }
    try {
      for (String hash : keeper.writeAgain()) {
        obtain(hash);
      }
      keeper.written();
    } catch (IOException e) {
      LOG.debug("the disk does not take what the fleet agreed on yet", e);
    }
  }

  /** What the others know to be agreed on is known here then; what they accepted is returned. */
  List<Vote> look(Duration limit) throws InterruptedException, IOException {
    var asked = new ArrayList<CompletableFuture<Reply>>();
    for (String member : peers.present()) {
      asked.add(ask(member, new Request.Look()));
    }
    var accepted = new ArrayList<Vote>();
    for (Reply reply : Waiting.forAll(asked, limit)) {
      if (reply.chosen().isPresent()) {
        keeper.learn(reply.chosen().get());
      }
      if (reply instanceof Reply.Known(Optional<Vote> last, Optional<Vote> _)) {
        last.ifPresent(accepted::add);
      }
    }
    return accepted;
  }

  /** Tells all what was agreed on; who does not hear it will look. */
  private void tell(Vote vote) {
    for (String member : peers.present()) {
      var _ = ask(member, new Request.Learn(vote));
    }
  }

  /**
   * Has all members that are here try a revision, also those that this one does not know to be let
   * in yet: objections by member id.
   */
  Map<String, String> tryOut(RevisionEntry entry, Sealed content, Duration limit)
      throws InterruptedException, IOException {
    byte[] call = CallFormat.bytes(new Call.Try(entry, content));
    var asked = new LinkedHashMap<String, CompletableFuture<Optional<String>>>();
    for (String member : peers.present()) {
      asked.put(
          member, peers.ask(member, call).thenApply(CallFormat::objection).toCompletableFuture());
    }
    var objections = new LinkedHashMap<String, String>();
    keeper.attempt(entry, content).ifPresent(reason -> objections.put(keeper.self(), reason));
    long end = System.nanoTime() + limit.toNanos();
    for (var member : asked.entrySet()) {
      Waiting.forAnswer(member.getValue(), Duration.ofNanos(end - System.nanoTime()))
          .flatMap(Function.identity())
          .ifPresent(reason -> objections.put(member.getKey(), reason));
    }
    return objections;
  }
}
