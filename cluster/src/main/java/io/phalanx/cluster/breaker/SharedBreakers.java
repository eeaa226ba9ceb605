package io.phalanx.cluster.breaker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Breakers of a member of a fleet. Each measures for itself; how all stand is kept where the fleet
 * keeps it, and told here by {@link #told}.
 */
public final class SharedBreakers implements Breakers {
  /** For so long a round waits for a member that does not vote. */
  private static final Duration VOTING = Duration.ofMillis(50);

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final KnownCircuits known = new KnownCircuits();
  private final BreakerKeeper keeper;
  private final Supplier<String> self;
  private final IntSupplier members;
  private final LongSupplier nanoTime;
  private final Later later;

  /** Rounds in which this member voted without a breaker, by key, while they are under way. */
  private final ConcurrentHashMap<String, Long> voted = new ConcurrentHashMap<>();

  /**
   * @param self this member's name, by which nobody went before
   * @param members how many members there are
   */
  public SharedBreakers(
      BreakerKeeper keeper,
      Supplier<String> self,
      IntSupplier members,
      LongSupplier nanoTime,
      Later later) {
    this.keeper = keeper;
    this.self = self;
    this.members = members;
    this.nanoTime = nanoTime;
    this.later = later;
  }

  @Override
  public Circuit circuit(Subject subject, Terms terms, Supplier<Measure> fresh) {
    return known.circuit(
        subject.key(),
        () ->
            new Circuit(
                subject,
                fresh.get(),
                nanoTime,
                terms,
                new Course(terms, true, nanoTime.getAsLong(), nanoTime.getAsLong()),
                later,
                this::send));
  }

  @Override
  public List<Circuit> circuits() {
    return known.all();
  }

  /** A breaker stands otherwise now. Comes by events, and is not taken for granted. */
  public void told(String key, Standing standing) {
    known
        .find(key)
        .ifPresentOrElse(circuit -> circuit.told(standing), () -> abstain(key, standing.round()));
  }

  /** Nobody waits for the vote of a member that does not have the breaker. */
  private void abstain(String key, long round) {
    if (round == 0) {
      voted.remove(key);
    } else if (!Long.valueOf(round).equals(voted.put(key, round))) {
      tell(key, Standing.NEW, 0, new Message.Vote(round, Tally.NOTHING));
    }
  }

  /** To be called some times a second. */
  public void repeat() {
    known.all().forEach(Circuit::repeat);
  }

  /** Asks how a breaker stands, if this member has it: events may be lost. */
  public void look(String key) {
    known.find(key).ifPresent(circuit -> send(circuit, new Message.Look()));
  }

  private void send(Circuit circuit, Message message) {
    Message whole =
        switch (message) {
          case Message.Report(Tally tally, _) -> new Message.Report(tally, members.getAsInt());
          case Message.Probe(long number, long yields, _) ->
              new Message.Probe(number, yields, members.getAsInt());
          case Message.Vote _,
              Message.Decide _,
              Message.Recover _,
              Message.Probed _,
              Message.Close _,
              Message.Look _ ->
              message;
        };
    tell(circuit.subject().key(), circuit.known(), circuit.keep(), whole)
        .whenComplete(
            (reply, failure) -> {
              if (reply == null) {
                circuit.unanswered(message);
              } else {
                circuit.answered(message, reply);
                urge(circuit, message, reply.standing().round());
              }
            });
  }

  /** Who began a round has it come to an end. */
  private void urge(Circuit circuit, Message message, long round) {
    boolean own =
        message instanceof Message.Report
            || (message instanceof Message.Decide(long urged) && urged == round);
    if (own && round != 0) {
      later.run(VOTING, () -> send(circuit, new Message.Decide(round)));
    }
  }

  private CompletableFuture<Reply> tell(String key, Standing standing, long keep, Message message) {
    try {
      CompletableFuture<Reply> reply =
          keeper
              .tell(key, new Motion(self.get(), standing, keep, message))
              .toCompletableFuture()
              .copy();
      if (!reply.isDone()) {
        later.run(
            PATIENCE, () -> reply.completeExceptionally(new TimeoutException("no answer in time")));
      }
      return reply;
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
