package io.phalanx.cluster.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.side.Counted;
import io.phalanx.cluster.side.Side;
import io.phalanx.cluster.slot.HeldSlots.Arrival;
import io.phalanx.cluster.slot.RoomFormat.Wish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Schedules of a fleet that shares slots: messages take their time, arrive in another order or
 * twice, members die, the room goes to another keeper. {@code -Dsimulation.seed=N} runs one.
 */
class SlotSimulationTest {
  private static final long ONE = Long.getLong("simulation.seed", -1);
  private static final int SCHEDULES = 10_000;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long END = 12 * SECOND;
  private static final long TIDY = SECOND / 10;

  private record Event(long at, long order, Runnable what) {}

  private static final class Schedule {
    private final Random random;
    private final long seed;
    private final long amount;
    private final long latency;
    private final double doubled;
    private final PriorityQueue<Event> events =
        new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final List<Member> members = new ArrayList<>();
    private byte @Nullable [] room;
    private int keeper;
    private long keeperOffset;
    private long order;
    private long now;
    private long most;

    Schedule(long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.amount = 1 + random.nextLong(random.nextBoolean() ? 5 : 60);
      this.latency = 1 + random.nextLong(random.nextBoolean() ? SECOND / 1000 : SECOND * 2 / 5);
      this.doubled = random.nextDouble() * 0.3;
      for (int i = 0; i <= random.nextInt(4); i++) {
        members.add(new Member("member " + i));
      }
    }

    private final class Member {
      private final long offset = random.nextLong() / 4;
      private String name;
      private HeldSlots<Long> slots;
      private long numbers;
      private int life;

      Member(String name) {
        this.name = name;
        this.slots = new HeldSlots<>(name, () -> ++numbers, clock());
      }

      private long clock() {
        return now + offset;
      }

      void come() {
        if (slots.enter(now, clock()) == Arrival.INSIDE) {
          inside();
        }
        ask();
      }

      private void inside() {
        long all = members.stream().mapToLong(member -> member.slots.used()).sum();
        most = Math.max(most, all);
        assertThat(all).as("inside of %s, seed %s", amount, seed).isLessThanOrEqualTo(amount);
        int alive = life;
        at(
            now + 1 + random.nextLong(2 * SECOND),
            () -> {
              if (alive == life) {
                slots.leave(clock());
              }
            });
      }

      void ask() {
        slots.next(clock()).ifPresent(this::send);
      }

      private void send(Claim claim) {
        int alive = life;
        deliver(() -> keep(claim, alive, true));
        if (random.nextDouble() < doubled) {
          deliver(() -> keep(claim, alive, false));
        }
      }

      private void keep(Claim claim, int alive, boolean answers) {
        long time = now + keeperOffset;
        Wish wish = RoomFormat.wish(RoomFormat.bytes(new Wish(amount, Counted.BY_SHARES, claim)));
        Room kept = room == null ? new Room(amount, "k" + keeper, time) : RoomFormat.room(room);
        long granted = kept.claim(wish.claim(), "k" + keeper, Side.ALONE, time);
        room = RoomFormat.bytes(kept);
        if (answers) {
          deliver(
              () -> {
                if (alive == life) {
                  answer(granted);
                }
              });
        }
      }

      private void answer(long granted) {
        var decisions = slots.answered(granted, clock());
        for (var decision : decisions) {
          if (decision.inside()) {
            inside();
          }
        }
        ask();
      }

      private void die() {
        life++;
        name = name + '\'';
        slots = new HeldSlots<>(name, () -> ++numbers, clock());
      }
    }

    private void at(long time, Runnable what) {
      events.add(new Event(time, order++, what));
    }

    private void deliver(Runnable message) {
      at(now + 1 + random.nextLong(latency), message);
    }

    private void trouble() {
      if (random.nextBoolean()) {
        members.get(random.nextInt(members.size())).die();
      } else {
        keeper++;
        keeperOffset = random.nextLong() / 4;
      }
    }

    private void come(long gap) {
      members.get(random.nextInt(members.size())).come();
      at(now + 1 + random.nextLong(random.nextInt(20) == 0 ? 2 * SECOND : gap), () -> come(gap));
    }

    private void tidy(Member member) {
      member.ask();
      at(now + TIDY, () -> tidy(member));
    }

    long run() {
      members.forEach(this::tidy);
      for (int i = 0; i < random.nextInt(6); i++) {
        at(random.nextLong(END), this::trouble);
      }
      long gap = 1 + SECOND / amount / (1 + random.nextLong(3));
      at(0, () -> come(gap));
      for (Event next = events.poll(); next != null && next.at < END; next = events.poll()) {
        now = next.at;
        next.what.run();
      }
      return most;
    }
  }

  @Test
  void neverLetsMoreInThanTheAmount() {
    int full = 0;
    for (int i = 0; i < (ONE >= 0 ? 1 : SCHEDULES); i++) {
      var schedule = new Schedule(ONE >= 0 ? ONE : System.nanoTime() + i);
      full += schedule.run() == schedule.amount ? 1 : 0;
    }
    assertThat(full).as("schedules in which all slots were used").isPositive();
  }
}
