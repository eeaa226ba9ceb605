package io.phalanx.cluster.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One schedule of a fleet with one breaker in front of one server. Messages take their time and
 * overtake each other; on a rough network they also come twice or get lost, members die, and the
 * breaker goes to another keeper.
 */
final class SimulatedBreakers {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MILLI = SECOND / 1000;
  private static final String KEY = new Subject("app", "fuse", "").key();
  static final Terms TERMS =
      new Terms(Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(2));

  /** What goes wrong. */
  enum Trouble {
    /** The server is down for a while. */
    OUTAGE,

    /** One member, which has a small part of the requests, does not reach it. */
    LONE_MEMBER
  }

  private record Event(long at, long order, Runnable what) {}

  private final Random random;
  private final String seed;
  private final Trouble trouble;
  private final boolean rough;
  private final long latency;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<Member> members = new ArrayList<>();
  private final long downFrom;
  private final long downUntil;
  private byte @Nullable [] kept;
  private int keeper;
  private long keeperOffset;
  private long order;
  private long now;
  private int openings;
  private int probes;
  private long most;
  private boolean wronglyRefused;

  SimulatedBreakers(long seed, Trouble trouble, boolean rough) {
    this.seed = "seed " + seed + ", " + trouble + (rough ? ", rough" : "");
    this.random = new Random(seed);
    this.trouble = trouble;
    this.rough = rough;
    this.latency = rough ? 300 * MILLI : 15 * MILLI;
    this.downFrom = 3 * SECOND + random.nextLong(SECOND);
    this.downUntil = downFrom + 5 * SECOND + random.nextLong(10 * SECOND);
    int count = trouble == Trouble.OUTAGE ? 1 + random.nextInt(5) : 3 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      members.add(new Member("member " + i, i));
    }
  }

  /** The answers of the last ten seconds. */
  private static final class Recent implements Measure {
    private record Answer(long at, boolean failed) {}

    private final ArrayDeque<Answer> answers = new ArrayDeque<>();

    @Override
    public void record(int status, long nanos, long now) {
      answers.add(new Answer(now, status >= 500));
    }

    @Override
    public Tally tally(long now) {
      answers.removeIf(answer -> now - answer.at > 10 * SECOND);
      long failures = answers.stream().filter(Answer::failed).count();
      return new Tally(answers.size(), failures, failures * 2 > answers.size());
    }

    @Override
    public void clear() {
      answers.clear();
    }
  }

  private final class Member implements BreakerKeeper {
    private final long offset = random.nextLong() / 4;
    private final int index;
    private String name;
    private SharedBreakers breakers;
    private Circuit circuit;
    private int life;
    private boolean probes;

    Member(String name, int index) {
      this.name = name;
      this.index = index;
      this.breakers = begin();
      this.circuit = circuit();
    }

    private SharedBreakers begin() {
      return new SharedBreakers(
          this, () -> name, members::size, () -> now + offset, this::whileAlive);
    }

    private Circuit circuit() {
      return breakers.circuit(new Subject("app", "fuse", ""), TERMS, Recent::new);
    }

    private void whileAlive(Duration delay, Runnable task) {
      int alive = life;
      at(
          now + delay.toNanos(),
          () -> {
            if (alive == life) {
              task.run();
            }
          });
    }

    @Override
    public CompletionStage<Reply> tell(String key, Motion motion) {
      var reply = new CompletableFuture<Reply>();
      byte[] bytes = BreakerFormat.bytes(motion);
      int alive = life;
      travel(() -> keep(bytes, alive, reply));
      if (rough && random.nextInt(10) == 0) {
        travel(() -> keep(bytes, -1, reply));
      }
      return reply;
    }

    private void keep(byte[] motion, int alive, CompletableFuture<Reply> asked) {
      long time = now + keeperOffset;
      Breaker breaker =
          kept == null ? new Breaker("k" + keeper, time) : BreakerFormat.breaker(kept);
      State before = breaker.standing().state();
      Reply reply = breaker.tell(BreakerFormat.motion(motion), "k" + keeper, time);
      kept = BreakerFormat.bytes(breaker);
      changed(before, reply.standing());
      travel(
          () -> {
            if (alive == life) {
              asked.complete(reply);
            }
          });
    }

    /** A request comes. */
    void come() {
      Entrance entrance = circuit.enter(new Object());
      int alive = life;
      if (entrance instanceof Entrance.Asked(CompletionStage<Entrance> decision)) {
        decision.thenAccept(
            decided -> {
              if (alive == life) {
                enter(decided);
              }
            });
      } else {
        enter(entrance);
      }
    }

    private void enter(Entrance entrance) {
      if (!(entrance instanceof Entrance.Inside inside)) {
        wronglyRefused |= trouble == Trouble.LONE_MEMBER && index > 0;
        return;
      }
      boolean isProbe = inside.probe() != 0;
      if (isProbe) {
        probes = true;
        SimulatedBreakers.this.probes++;
        most = Math.max(most, members.stream().filter(each -> each.probes).count());
      }
      boolean fails = fails();
      long takes =
          random.nextInt(20) == 0 ? random.nextLong(8 * SECOND) : random.nextLong(SECOND / 10);
      boolean leaves = random.nextInt(100) == 0;
      whileAlive(
          Duration.ofNanos(takes),
          () -> {
            probes = !isProbe && probes;
            if (leaves) {
              circuit.left(inside);
            } else {
              circuit.over(inside, fails ? 502 : 200, takes);
            }
          });
    }

    private boolean fails() {
      return trouble == Trouble.LONE_MEMBER
          ? index == 0 && now > downFrom
          : now >= downFrom && now < downUntil;
    }

    @Override
    public String toString() {
      return name + ' ' + circuit.state() + ' ' + circuit.known();
    }

    void die() {
      life++;
      probes = false;
      name = name + '\'';
      breakers = begin();
      circuit = circuit();
    }
  }

  private void changed(State before, Standing after) {
    if (after.state() == State.OPEN && before != State.OPEN) {
      openings++;
      if (!rough) {
        at(
            now + 100 * MILLI,
            () ->
                assertThat(members)
                    .as("all refuse soon, %s", seed)
                    .noneMatch(member -> member.circuit.state() == State.CLOSED));
      }
    }
    for (Member member : members) {
      travel(() -> member.breakers.told(KEY, after));
    }
  }

  private void at(long time, Runnable what) {
    events.add(new Event(time, order++, what));
  }

  private void travel(Runnable message) {
    if (!rough || random.nextInt(20) > 0) {
      at(now + 1 + random.nextLong(latency), message);
    }
  }

  private void disturb() {
    if (random.nextBoolean()) {
      members.get(random.nextInt(members.size())).die();
    } else {
      keeper++;
      keeperOffset = random.nextLong() / 4;
    }
  }

  private void come(Member member, long gap) {
    member.come();
    at(now + 1 + random.nextLong(2 * gap), () -> come(member, gap));
  }

  private void repeat(Member member, int count) {
    member.breakers.repeat();
    if (count % 20 == 0 && kept != null) {
      member.breakers.look(KEY);
    }
    at(now + 100 * MILLI, () -> repeat(member, count + 1));
  }

  /** Runs it to its end, at which the server has been well for long. */
  SimulatedBreakers run() {
    for (Member member : members) {
      repeat(member, member.index);
      boolean few = trouble == Trouble.LONE_MEMBER && member.index == 0;
      long gap = few ? SECOND / 10 : SECOND / 20 / (1 + random.nextInt(2));
      at(random.nextLong(gap), () -> come(member, gap));
    }
    for (int i = 0; rough && i < random.nextInt(6); i++) {
      at(random.nextLong(downUntil + 5 * SECOND), this::disturb);
    }
    long end = downUntil + 45 * SECOND;
    for (Event next = events.poll(); next != null && next.at < end; next = events.poll()) {
      now = next.at;
      next.what.run();
    }
    assertThat(most).as("probes at a time, %s", seed).isLessThanOrEqualTo(1);
    assertThat(wronglyRefused).as("refused though only another member fails, %s", seed).isFalse();
    if (trouble == Trouble.OUTAGE) {
      assertThat(members)
          .as("all go on in the end, %s", seed)
          .allMatch(member -> member.circuit.state() == State.CLOSED);
    }
    return this;
  }

  /** How often it opened for all. */
  int openings() {
    return openings;
  }

  int probes() {
    return probes;
  }

  /** Whether the member that fails alone says so. */
  boolean isSuspected() {
    return members.getFirst().circuit.isSuspect();
  }
}
