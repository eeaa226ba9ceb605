package io.phalanx.cluster.quota;

import io.phalanx.cluster.quota.AccountFormat.Kept;
import io.phalanx.cluster.quota.AccountFormat.Wish;
import io.phalanx.cluster.quota.HeldQuota.Decision;
import io.phalanx.cluster.side.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Members that share the account of one key, under clocks, disks and a network that follow from a
 * seed: messages take their time, arrive in another order, twice or never; what is written is on
 * disk a while later; members die and come back with their disk, or all lose power at once and the
 * account with it; clocks are set back.
 */
final class SimulatedQuotas {
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();
  private static final long TIDY = Duration.ofMillis(100).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MILLI = 1_000_000;

  /** The number of no draw. */
  private static final long NONE = -1;

  /**
   * What goes wrong.
   *
   * @param latency most nanoseconds of a message's way, and of a write's
   * @param lost part of all messages that do not arrive
   * @param doubled part of all draws that are done twice
   * @param deaths how often a member dies
   * @param outages how often all lose power
   * @param clocksGoBack whether they do
   */
  record Faults(
      long latency, double lost, double doubled, int deaths, int outages, boolean clocksGoBack) {}

  private record Event(long at, long order, Runnable what) {}

  private final Random random;
  private final Quota quota;
  private final Faults faults;
  private final long end;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Member> members = new ArrayList<>();

  /** When each was admitted. */
  final List<Long> admissions = new ArrayList<>();

  private byte @Nullable [] account;
  private long keeperOffset;
  private long order;
  private boolean outage;
  private long now;
  int unavailable;

  /**
   * @param end nanoseconds after the start
   */
  SimulatedQuotas(Random random, Quota quota, int size, Faults faults, long end) {
    this.random = random;
    this.quota = quota;
    this.faults = faults;
    this.end = end;
    for (int i = 0; i < size; i++) {
      members.add(new Member("member " + i));
    }
  }

  private final class Member {
    private final String name;
    private byte[] disk = AccountFormat.bytes(new Kept(quota, Known.NOTHING));
    private long wallOffset;
    private long numbers;
    private HeldQuota<Long> held = new HeldQuota<>(() -> ++numbers, 0);
    private int life;
    private boolean serves = true;
    private boolean told = true;

    /** The number of the draw under way. */
    private long underWay = NONE;

    Member(String name) {
      this.name = name;
    }

    void come() {
      if (serves) {
        held.take(now, now).ifPresent(this::decided);
        ask();
      }
    }

    private void decided(Admission admission) {
      if (admission instanceof Admission.Admitted) {
        admissions.add(now);
      } else if (admission instanceof Admission.Unavailable) {
        unavailable++;
      }
    }

    void ask() {
      if (serves) {
        held.next(now).ifPresent(this::send);
      }
    }

    private Draw draw(Need need) {
      return new Draw(
          name, "life " + life, need, now / MILLI + wallOffset, AccountFormat.kept(disk).known());
    }

    private void send(Need need) {
      Draw draw = draw(need);
      int alive = life;
      long number = need.number();
      underWay = number;
      deliver(() -> keep(draw, alive, true));
      if (random.nextDouble() < faults.doubled) {
        deliver(() -> keep(draw, alive, false));
      }
      at(now + PATIENCE, () -> give(alive, number, Known.NOTHING, null));
    }

    private void keep(Draw draw, int alive, boolean answers) {
      Wish wish = AccountFormat.wish(AccountFormat.bytes(new Wish(quota, draw)));
      Account kept = account == null ? new Account(quota) : AccountFormat.account(account);
      Drawn drawn = kept.draw(wish.draw(), Side.ALONE, now, now / MILLI + keeperOffset);
      account = AccountFormat.bytes(kept);
      if (answers) {
        Drawn answer = AccountFormat.drawn(AccountFormat.bytes(drawn));
        deliver(() -> write(alive, draw.need().number(), answer));
      }
    }

    /** What was given may be used when it is on disk. */
    private void write(int alive, long number, Drawn drawn) {
      if (alive == life) {
        long written = now + 1 + random.nextLong(faults.latency);
        at(written, () -> give(alive, number, drawn.known(), drawn));
      }
    }

    private void give(int alive, long number, Known known, @Nullable Drawn drawn) {
      if (alive != life) {
        return;
      }
      Known before = AccountFormat.kept(disk).known();
      disk = AccountFormat.bytes(new Kept(quota, before.merged(quota, known)));
      if (!serves) {
        told |= drawn != null; // It hears of its offer.
      } else if (number == underWay) {
        underWay = NONE;
        List<Decision<Long>> decisions =
            drawn == null ? held.failed("no answer", now) : held.answered(drawn, now);
        decisions.forEach(decision -> decided(decision.admission()));
        ask();
      }
    }

    /** Dies, and is back a while later with what it wrote. */
    private void die() {
      life++;
      serves = false;
      told = false;
      underWay = NONE;
      numbers = 0;
      int alive = life;
      at(now + 1 + random.nextLong(SECOND), () -> offer(alive));
    }

    private void offer(int alive) {
      if (alive == life && !serves) {
        if (told && (!outage || members.stream().allMatch(member -> member.told))) {
          serves = true;
          held = new HeldQuota<>(() -> ++numbers, now);
        } else {
          Draw draw = draw(Need.NOTHING);
          deliver(() -> keep(draw, alive, true));
          at(now + TIDY, () -> offer(alive));
        }
      }
    }

    private void tidy() {
      if (held.isForgettable(now)) {
        held = new HeldQuota<>(() -> ++numbers, now);
      }
      ask();
      at(now + TIDY, this::tidy);
    }
  }

  private void loseAll() {
    outage = true;
    account = null;
    members.forEach(Member::die);
  }

  private void setBack() {
    keeperOffset -= random.nextLong(end / MILLI / 4);
    members.forEach(member -> member.wallOffset -= random.nextLong(end / MILLI / 4));
  }

  private void come(long gap) {
    members.get(random.nextInt(members.size())).come();
    at(now + 1 + random.nextLong(2 * gap), () -> come(gap));
  }

  /**
   * @param gap nanoseconds between two that come, on average
   */
  void run(long gap) {
    members.forEach(Member::tidy);
    for (int i = 0; i < faults.deaths; i++) {
      at(random.nextLong(end), () -> members.get(random.nextInt(members.size())).die());
    }
    for (int i = 0; i < faults.outages; i++) {
      at(random.nextLong(end), this::loseAll);
    }
    for (int i = 0; faults.clocksGoBack && i < 4; i++) {
      at(random.nextLong(end), this::setBack);
    }
    at(0, () -> come(gap));
    for (Event next = events.poll(); next != null && next.at < end; next = events.poll()) {
      now = next.at;
      next.what.run();
    }
  }

  private void at(long time, Runnable what) {
    events.add(new Event(time, order++, what));
  }

  private void deliver(Runnable message) {
    if (random.nextDouble() >= faults.lost) {
      at(now + 1 + random.nextLong(faults.latency), message);
    }
  }
}
