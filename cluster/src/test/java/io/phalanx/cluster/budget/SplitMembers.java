package io.phalanx.cluster.budget;

import io.phalanx.cluster.side.Answer;
import io.phalanx.cluster.side.NotSettled;
import io.phalanx.cluster.side.Presence;
import java.time.Duration;
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
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Members of one cluster that keep the bucket of one key, with one backup: their messages take
 * their time, or never arrive; each has a clock of its own.
 */
abstract class SplitMembers {
  static final long END = Duration.ofSeconds(40).toNanos();

  /** By how much a clock is faster or slower than another one at most. */
  static final double DRIFT = 0.02;

  static final long SILENCE = Duration.ofSeconds(5).toNanos();
  static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration TERM = Duration.ofSeconds(2);

  record Event(long at, long order, Runnable what) {}

  final Random random;
  private final Limit limit;
  final int known;
  final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  final List<Member> members = new ArrayList<>();
  final Set<Set<Integer>> cut = new HashSet<>();
  final List<Long> admissions = new ArrayList<>();
  private long order;
  long now;
  private long numbers;
  long incarnations;

  SplitMembers(Random random, Limit limit, int size) {
    this.random = random;
    this.limit = limit;
    this.known = size;
    for (int i = 0; i < size; i++) {
      members.add(new Member(i));
    }
    Cluster all = new Cluster();
    for (Member member : members) {
      member.cluster = all;
      all.names.put(member.id, member);
    }
    all.place();
    members.forEach(Member::see);
  }

  /** What the members of one side agree on: who they are, who keeps the bucket, who its backup. */
  final class Cluster {
    final TreeMap<Long, Member> names = new TreeMap<>();
    @Nullable Member keeper;
    @Nullable Member backup;

    /** As partitions are: whoever has the bucket, or had its backup, keeps it. */
    void place() {
      if (keeper == null || keeper.cluster != this) {
        keeper = backup != null && backup.cluster == this ? backup : any(null);
      }
      if (backup == null || backup.cluster != this || backup == keeper) {
        backup = null;
        Cluster here = this;
        // A new backup takes a while.
        at(now + random.nextLong(SECOND), () -> newBackup(here));
      }
    }

    private void newBackup(Cluster here) {
      if (here.backup == null && here.keeper != null && here.keeper.cluster == here) {
        Member chosen = any(here.keeper);
        if (chosen != null) {
          chosen.copy = here.keeper.copy;
          here.backup = chosen;
        }
      }
    }

    private @Nullable Member any(@Nullable Member but) {
      List<Member> candidates = new ArrayList<>();
      for (Member member : names.values()) {
        if (member.cluster == this && member != but) {
          candidates.add(member);
        }
      }
      return candidates.isEmpty() ? null : candidates.get(random.nextInt(candidates.size()));
    }

    boolean isSafe() {
      return names.size() == 1 || backup != null;
    }
  }

  /** One member, whose clock is its own. */
  final class Member {
    final int number;
    private final long offset = random.nextLong() / 4;
    private final double drift = 1 + (random.nextDouble() - 0.5) * DRIFT;
    Presence presence = new Presence();
    long id = ++incarnations;
    byte @Nullable [] copy;
    Cluster cluster = new Cluster();
    TreeSet<Long> view = new TreeSet<>();
    long frozenUntil;
    int life;
    long asleep;

    Member(int number) {
      this.number = number;
    }

    long clock() {
      return offset + (long) (now * drift);
    }

    boolean isUp() {
      return frozenUntil <= now && asleep <= now;
    }

    void see() {
      view = new TreeSet<>(cluster.names.keySet());
      Map<Long, Boolean> seen = new HashMap<>();
      view.forEach(one -> seen.put(one, true));
      presence.see(id, seen, known, clock());
    }

    void askAll() {
      presence.tick(clock());
      if (presence.isUnsafe() && cluster.isSafe()) {
        presence.safe(presence.changes(), clock());
      }
      long asked = clock();
      long self = id;
      for (long other : view) {
        Member to = cluster.names.get(other);
        if (to != null && to != this) {
          send(
              to,
              () -> {
                Optional<Answer> answer = to.presence.asked(self, to.clock());
                answer.ifPresent(
                    said ->
                        to.send(
                            this,
                            () -> {
                              if (id == self) {
                                presence.answered(other, asked, Answer.of(said.bytes()), clock());
                              }
                            }));
              });
        }
      }
    }

    /** A message: late, or never, as the network has it; a frozen member reads it later. */
    void send(Member to, Runnable message) {
      if (cut.contains(Set.of(number, to.number))) {
        return;
      }
      int alive = to.life;
      at(now + 1 + random.nextLong(SECOND / 500), () -> to.whenUp(alive, message));
    }

    void whenUp(int alive, Runnable what) {
      if (frozenUntil > now) {
        at(frozenUntil, () -> whenUp(alive, what));
      } else if (alive == life && asleep <= now) {
        what.run();
      }
    }

    /** Takes one token, asked for at the keeper's and confirmed by its backup. */
    void take(int times) {
      Member keeper = cluster.keeper;
      if (keeper == null || times == 0) {
        return;
      }
      var draw = new Draw("m" + id, ++numbers, 0, 1 + random.nextInt(3), Duration.ZERO, 0, TERM);
      Runnable run = () -> keeper.draw(this, draw, times);
      if (keeper == this) {
        run.run();
      } else {
        send(keeper, run);
      }
    }

    private void draw(Member by, Draw draw, int times) {
      if (cluster.keeper != this || by.cluster != cluster) {
        return;
      }
      see();
      Drawn drawn;
      try {
        Bucket bucket =
            copy == null
                ? Bucket.unknown(limit, "k" + id, presence.side(), clock())
                : BucketFormat.bucket(copy);
        drawn = bucket.draw(draw, "k" + id, presence.side(), clock());
        copy = BucketFormat.bytes(bucket);
      } catch (NotSettled _) {
        at(now + SECOND / 50, () -> by.take(times - 1));
        return;
      }
      long decided = now;
      Runnable admit = () -> drawn.delays().forEach(_ -> admissions.add(decided));
      Member backup = cluster.backup;
      if (backup == null) {
        admit.run();
      } else {
        byte[] state = copy;
        Cluster within = cluster;
        send(
            backup,
            () -> {
              if (backup.cluster == within) {
                backup.copy = state;
                backup.send(
                    this,
                    () -> {
                      if (cluster == within && view.contains(backup.id)) {
                        admit.run();
                      }
                    });
              }
            });
      }
    }
  }

  void at(long time, Runnable what) {
    events.add(new Event(time, order++, what));
  }
}
