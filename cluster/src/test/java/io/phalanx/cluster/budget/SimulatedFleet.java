package io.phalanx.cluster.budget;

import io.phalanx.cluster.budget.BucketFormat.Wish;
import io.phalanx.cluster.budget.HeldTokens.Decision;
import io.phalanx.cluster.side.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Members that share the bucket of one key, under a clock and a network that follow from a seed:
 * messages take their time, arrive in another order, twice or never; members freeze and die; the
 * bucket goes over to another keeper, whose clock shows something else.
 */
final class SimulatedFleet {
  static final long END = Duration.ofSeconds(4).toNanos();
  private static final double[] PACES = {20, 8, 6, 4, 1, 0.3};
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();
  private static final long TIDY = Duration.ofMillis(100).toNanos();

  /**
   * What goes wrong.
   *
   * @param latency most nanoseconds of a message's way
   * @param lost part of all messages that do not arrive
   * @param doubled part of all draws that are done twice
   * @param troubles how often a member freezes or dies, or the keeper is another one
   */
  record Faults(long latency, double lost, double doubled, int troubles) {}

  private record Event(long at, long order, Runnable what) {}

  private final Random random;
  private final Limit limit;
  private final Faults faults;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Member> members = new ArrayList<>();

  /** When each was admitted, or decided to be admitted then. */
  final List<Long> admissions = new ArrayList<>();

  private byte @Nullable [] bucket;
  private int keeper;
  private long keeperOffset;
  private long order;
  private long now;
  private double pace = 1;
  private int unavailable;

  SimulatedFleet(Random random, Limit limit, int size, Faults faults) {
    this.random = random;
    this.limit = limit;
    this.faults = faults;
    for (int i = 0; i < size; i++) {
      members.add(new Member(i));
    }
  }

  /** One member, whose clock is its own. */
  private final class Member {
    private final long offset = random.nextLong() / 4;
    private String name;
    private HeldTokens<Long> tokens;
    private long numbers;
    private int life;
    private long frozenUntil;
    private @Nullable Draw asked;

    Member(int number) {
      this.name = "member " + number;
      this.tokens = fresh();
    }

    private HeldTokens<Long> fresh() {
      return new HeldTokens<>(name, () -> ++numbers, clock());
    }

    long clock() {
      return now + offset;
    }

    void come(Duration maxDelay) {
      Optional<Grant> grant = tokens.take(now, maxDelay, clock());
      grant.ifPresent(decided -> note(decided, now));
      ask();
    }

    void ask() {
      tokens.next(clock()).ifPresent(this::send);
    }

    private void send(Draw draw) {
      asked = draw;
      int alive = life;
      at(now + PATIENCE, () -> whenAlive(alive, () -> fail(draw)));
      deliver(() -> keep(draw, alive));
      if (random.nextDouble() < faults.doubled) {
        deliver(() -> keep(draw, alive));
      }
    }

    private void keep(Draw draw, int alive) {
      long time = now + keeperOffset;
      Bucket kept =
          bucket == null ? new Bucket(limit, keeperName(), time) : BucketFormat.bucket(bucket);
      Wish wish = BucketFormat.wish(BucketFormat.bytes(new Wish(limit, draw)));
      Drawn drawn = kept.draw(wish.draw(), keeperName(), Side.ALONE, time);
      bucket = BucketFormat.bytes(kept);
      long decided = now;
      byte[] answer = BucketFormat.bytes(drawn);
      deliver(() -> whenAlive(alive, () -> answer(draw, BucketFormat.drawn(answer), decided)));
    }

    private void answer(Draw draw, Drawn drawn, long decided) {
      if (draw.equals(asked)) {
        asked = null;
        for (Decision<Long> decision : tokens.answered(drawn, clock())) {
          note(decision.grant(), decided);
        }
        ask();
      }
    }

    private void fail(Draw draw) {
      if (draw.equals(asked)) {
        asked = null;
        tokens.failed("no answer", clock()).forEach(decision -> note(decision.grant(), now));
        ask();
      }
    }

    /** A frozen member does late what it would have done. */
    private void whenAlive(int alive, Runnable what) {
      if (frozenUntil > now) {
        at(frozenUntil, () -> whenAlive(alive, what));
      } else if (alive == life) {
        what.run();
      }
    }

    private void die() {
      life++;
      name = name + '\'';
      asked = null;
      tokens = fresh();
    }
  }

  private String keeperName() {
    return "keeper " + keeper;
  }

  private void note(Grant grant, long decided) {
    switch (grant) {
      case Grant.Admitted(Duration delay, long _) -> admissions.add(decided + delay.toNanos());
      case Grant.Refused _ -> {}
      case Grant.Unavailable _ -> unavailable++;
    }
  }

  int unavailable() {
    return unavailable;
  }

  private void at(long time, Runnable what) {
    events.add(new Event(time, order++, what));
  }

  private void deliver(Runnable message) {
    if (random.nextDouble() >= faults.lost) {
      at(now + 1 + random.nextLong(faults.latency), message);
    }
  }

  /**
   * @param gap nanoseconds between two who come, on average
   * @param inRushes whether there are times in which many times as many come, or as few
   */
  void run(long gap, Duration maxDelay, boolean inRushes) {
    for (Member member : members) {
      everyTidy(member);
    }
    for (int i = 0; i < faults.troubles; i++) {
      at(random.nextLong(END), this::trouble);
    }
    comeNext(gap, maxDelay);
    if (inRushes) {
      alternate();
    }
    for (Event next = events.poll(); next != null && next.at < END; next = events.poll()) {
      now = next.at;
      next.what.run();
    }
  }

  private void alternate() {
    pace = PACES[random.nextInt(PACES.length)];
    at(now + 1 + random.nextLong(HeldTokens.TERM.toNanos() / 4), this::alternate);
  }

  private void comeNext(long gap, Duration maxDelay) {
    at(
        now + random.nextLong(Math.max(1, (long) (2 * gap * pace))),
        () -> {
          Member member = members.get(random.nextInt(members.size()));
          member.whenAlive(member.life, () -> member.come(maxDelay));
          comeNext(gap, maxDelay);
        });
  }

  private void everyTidy(Member member) {
    member.whenAlive(member.life, member::ask);
    at(now + TIDY, () -> everyTidy(member));
  }

  private void trouble() {
    Member member = members.get(random.nextInt(members.size()));
    switch (random.nextInt(3)) {
      case 0 -> member.die();
      case 1 -> member.frozenUntil = now + random.nextLong(2 * HeldTokens.TERM.toNanos());
      default -> {
        keeper++;
        keeperOffset = random.nextLong() / 4;
      }
    }
  }
}
