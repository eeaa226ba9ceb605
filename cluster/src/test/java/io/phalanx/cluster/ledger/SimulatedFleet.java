package io.phalanx.cluster.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.revision.RevisionEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A fleet whose messages, clocks and accidents come from a seed. Time has no unit. */
final class SimulatedFleet {
  private static final int MOST_MEMBERS = 7;

  private record Event(long at, long order, Runnable what) {}

  private final long seed;
  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Member> members = new ArrayList<>();

  /** All that any member ever knew to be agreed on, by version. */
  private final Map<Long, Ledger> agreed = new HashMap<>();

  private final long latency;
  private final long end;
  private double lost;
  private final double doubled;
  private long order;
  private long now;
  private int made;
  private int largest = 1;

  SimulatedFleet(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.latency = 1L + random.nextInt(40);
    this.end = 200 * latency;
    this.lost = random.nextDouble() * 0.2;
    this.doubled = random.nextDouble() * 0.2;
  }

  int changes() {
    return agreed.size();
  }

  int largest() {
    return largest;
  }

  private final class Member {
    private final KnownMember self = new KnownMember("m" + made, "node " + made++);
    private Acceptor disk = Acceptor.NEW;

    /** What it knows: the same, or later where the disk was full when it was told. */
    private Acceptor known = Acceptor.NEW;

    private boolean full;
    private boolean alive = true;
    private boolean gone;
    private long frozenUntil;
    private int side;
    private int life;
    private Ballot beaten = Ballot.NONE;
    private @Nullable Proposal proposal;
    private long since;

    private boolean sees(Member other) {
      return alive && other.alive && side == other.side;
    }

    /** Empty if it cannot be written before it is said. */
    private Optional<Reply> answer(Request request) {
      Acceptor.Step step = known.answer(request);
      if (!step.then().equals(known)) {
        if (!full) {
          disk = step.then();
        } else if (!(request instanceof Request.Learn)) {
          return Optional.empty();
        }
        known = step.then();
      }
      known.chosen().ifPresent(vote -> check(vote.ledger()));
      return Optional.of(step.reply());
    }

    private void fill(boolean now) {
      full = now;
      if (!full) {
        disk = known;
      }
    }

    void propose(Function<Ledger, Optional<Ledger>> change) {
      Optional<Vote> chosen = known.chosen();
      if (!alive || chosen.isEmpty()) {
        return;
      }
      Ballot ballot = known.next(self.id(), beaten);
      if (answer(new Request.Promise(ballot)).isEmpty()) {
        return;
      }
      var begun = new Proposal(ballot, chosen.get(), change);
      proposal = begun;
      since = now;
      send(begun);
    }

    private void send(Proposal of) {
      Request request = of.request();
      for (String id : of.toAsk()) {
        Member to = byId(id);
        int times = random.nextDouble() < doubled ? 2 : 1;
        for (int i = 0; i < times; i++) {
          deliver(
              this, to, () -> to.answer(request).ifPresent(reply -> reply(to, of, request, reply)));
        }
      }
    }

    private void reply(Member from, Proposal of, Request request, Reply reply) {
      int alreadyBorn = life;
      deliver(
          from,
          this,
          () -> {
            if (alreadyBorn == life) {
              replied(from, of, request, reply);
            }
          });
    }

    private void replied(Member from, Proposal of, Request request, Reply reply) {
      boolean wasOpen = of.outcome() instanceof Proposal.Outcome.Open;
      of.replied(from.self.id(), request, reply);
      if (!wasOpen) {
        return;
      }
      switch (of.outcome()) {
        case Proposal.Outcome.Open() -> send(of);
        case Proposal.Outcome.Beaten(Ballot by) -> {
          beaten = by.isAfter(beaten) ? by : beaten;
          answer(new Request.Learn(of.chosen()));
        }
        case Proposal.Outcome.Declined(Vote vote) -> answer(new Request.Learn(vote));
        case Proposal.Outcome.Chosen(Vote vote, boolean _) -> {
          check(vote.ledger());
          answer(new Request.Learn(vote));
          for (Member other : members) {
            deliver(this, other, () -> other.answer(new Request.Learn(vote)));
          }
        }
      }
    }

    void look() {
      for (Member other : members) {
        deliver(
            this,
            other,
            () -> {
              Reply reply = other.answer(new Request.Look()).orElseThrow();
              deliver(
                  other,
                  this,
                  () -> reply.chosen().ifPresent(vote -> answer(new Request.Learn(vote))));
            });
      }
    }

    void act() {
      boolean busy =
          proposal != null
              && proposal.outcome() instanceof Proposal.Outcome.Open
              && now - since < 8 * latency;
      if (alive && !busy) {
        if (known.chosen().isEmpty() || random.nextInt(4) == 0) {
          look();
        } else if (!known.chosen().get().ledger().knows(self.id())) {
          propose(ledger -> gone ? Optional.empty() : Optional.of(ledger.with(self)));
        } else {
          change();
        }
      }
      at(now + 1 + random.nextLong(20 * latency), this::act);
    }

    private void change() {
      if (random.nextInt(8) == 0 && members.size() > 1) {
        String leaving = members.get(random.nextInt(members.size())).self.id();
        propose(
            ledger ->
                ledger.members().size() > 1 && ledger.knows(leaving)
                    ? Optional.of(ledger.without(member -> member.id().equals(leaving)))
                    : Optional.empty());
      } else {
        propose(ledger -> Optional.of(ledger.with(revision(ledger, self.name()))));
      }
    }

    void restart() {
      known = disk;
      life++;
      alive = !gone;
      proposal = null;
    }
  }

  private RevisionEntry revision(Ledger after, String author) {
    return new RevisionEntry(
        after.number() + 1, author, Instant.EPOCH, "%064x".formatted(random.nextInt(1 << 30)));
  }

  private Member byId(String id) {
    return members.stream().filter(member -> member.self.id().equals(id)).findFirst().orElseThrow();
  }

  /** Whatever is agreed on is the same for all, and follows what was before. */
  private void check(Ledger ledger) {
    Ledger same = agreed.putIfAbsent(ledger.version(), ledger);
    assertThat(same == null ? ledger : same)
        .as("version %s, seed %s", ledger.version(), seed)
        .isEqualTo(ledger);
    Ledger before = agreed.get(ledger.version() - 1);
    if (before != null) {
      assertThat(ledger.former()).as("seed %s", seed).isEqualTo(before.members());
      assertThat(ledger.number()).as("seed %s", seed).isGreaterThanOrEqualTo(before.number());
      if (ledger.number() == before.number()) {
        assertThat(ledger.history()).as("seed %s", seed).isEqualTo(before.history());
      }
    }
    largest = Math.max(largest, ledger.members().size());
  }

  private void at(long time, Runnable what) {
    events.add(new Event(time, order++, what));
  }

  private void deliver(Member from, Member to, Runnable message) {
    boolean slow = random.nextInt(50) == 0;
    if (from == to) {
      at(now, message);
    } else if (from.sees(to) && random.nextDouble() >= lost) {
      arrive(now + 1 + random.nextLong(slow ? 40 * latency : latency), to, message);
    }
  }

  private void arrive(long time, Member to, Runnable message) {
    at(
        time,
        () -> {
          if (to.frozenUntil > now) {
            arrive(to.frozenUntil + random.nextLong(latency), to, message);
          } else if (to.alive) {
            message.run();
          }
        });
  }

  private void trouble() {
    Member one = members.get(random.nextInt(members.size()));
    switch (random.nextInt(8)) {
      case 0 -> {
        one.life++;
        one.alive = false;
        at(now + random.nextLong(30 * latency), one::restart);
      }
      case 1 -> one.frozenUntil = now + random.nextLong(30 * latency);
      case 2 -> members.forEach(member -> member.side = random.nextInt(2));
      case 3, 4 -> members.forEach(member -> member.side = 0);
      case 5 -> one.fill(!one.full);
      case 6 -> {
        if (random.nextInt(4) == 0) {
          one.gone = true;
          one.life++;
          one.alive = false;
        }
      }
      default -> come();
    }
    at(now + random.nextLong(end / 8), this::trouble);
  }

  private void come() {
    if (members.size() < MOST_MEMBERS) {
      var member = new Member();
      member.side = members.isEmpty() ? 0 : members.getFirst().side;
      members.add(member);
      at(now, member::act);
    }
  }

  private void runUntil(long until) {
    for (Event next = events.poll(); next != null && next.at < until; next = events.poll()) {
      now = next.at;
      next.what.run();
    }
  }

  void run() {
    come();
    Member founder = members.getFirst();
    founder.disk = Acceptor.founding("fleet", founder.self);
    founder.known = founder.disk;
    int others = random.nextInt(MOST_MEMBERS - 1);
    for (int i = 0; i < others; i++) {
      come();
    }
    at(random.nextLong(end / 8), this::trouble);
    runUntil(end);
  }

  /** Whether those that are not gone for good may decide on what follows, and one knows so. */
  boolean isMajorityLeft() {
    Set<String> left = new HashSet<>();
    members.stream().filter(member -> !member.gone).forEach(member -> left.add(member.self.id()));
    // Some may be agreed on by now, though nobody knows it yet.
    return members.stream()
            .flatMap(
                member ->
                    Stream.concat(member.disk.accepted().stream(), member.disk.chosen().stream()))
            .map(Vote::ledger)
            .allMatch(ledger -> ledger.isQuorum(left))
        && members.stream().anyMatch(member -> !member.gone && member.disk.chosen().isPresent());
  }

  /** All troubles end; then a change must succeed, and all must come to know it. */
  void settle() {
    events.clear();
    lost = 0;
    for (Member member : members) {
      member.full = false;
      member.restart();
      member.side = 0;
      member.frozenUntil = 0;
    }
    Member author =
        members.stream()
            .filter(member -> member.alive && member.disk.chosen().isPresent())
            .findFirst()
            .orElseThrow();
    long before = latest();
    for (int round = 0; round < 50; round++) {
      members.forEach(Member::look);
      runUntil(now + 100 * latency);
      author.propose(ledger -> Optional.of(ledger.with(revision(ledger, "settled"))));
      runUntil(now + 400 * latency);
      Ledger last = author.known.chosen().orElseThrow().ledger();
      if (last.version() > before
          && last.newest().filter(entry -> entry.author().equals("settled")).isPresent()) {
        return;
      }
    }
    throw new AssertionError("nothing can be changed any more, seed " + seed);
  }

  private long latest() {
    return agreed.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
