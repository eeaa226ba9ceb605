package io.phalanx.cluster.side;

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
 * Members of one cluster that keep what is counted of one key, with one backup: their messages take
 * their time, or never arrive; each has a clock of its own.
 */
public abstract class SplitMembers {
  /** By how much a clock is faster or slower than another one at most. */
  public static final double DRIFT = 0.02;

  protected static final long SECOND = Duration.ofSeconds(1).toNanos();
  static final long SILENCE = 5 * SECOND;

  /** What is done where the state is kept. */
  public interface Command {
    /**
     * @param state of the key; absent if it is not kept there
     */
    Done run(byte @Nullable [] state, Member keeper);
  }

  /**
   * What came of it.
   *
   * @param confirmed told at the keeper when the backup has the state, if it ever does
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  public record Done(byte[] state, Runnable confirmed) {}

  record Event(long at, long order, Runnable what) {}

  protected final Random random;
  protected final int known;
  final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  protected final List<Member> members = new ArrayList<>();
  final Set<Set<Integer>> cut = new HashSet<>();
  private long order;
  protected long now;
  long incarnations;

  SplitMembers(Random random, int size) {
    this.random = random;
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

  /** What the members of one side agree on: who they are, who keeps the key, who its backup. */
  final class Cluster {
    final TreeMap<Long, Member> names = new TreeMap<>();
    @Nullable Member keeper;
    @Nullable Member backup;

    /** As partitions are: whoever has the key, or had its backup, keeps it. */
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
  public final class Member {
    public final int number;
    private final long offset = random.nextLong() / 4;
    private final double drift = 1 + (random.nextDouble() - 0.5) * DRIFT;
    public Presence presence = new Presence();
    public long id = ++incarnations;
    byte @Nullable [] copy;
    Cluster cluster = new Cluster();
    TreeSet<Long> view = new TreeSet<>();
    long frozenUntil;
    public int life;
    long asleep;

    Member(int number) {
      this.number = number;
    }

    public long clock() {
      return offset + (long) (now * drift);
    }

    public boolean isUp() {
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
    public void send(Member to, Runnable message) {
      if (to != this && cut.contains(Set.of(number, to.number))) {
        return;
      }
      int alive = to.life;
      at(now + 1 + random.nextLong(SECOND / 500), () -> to.whenUp(alive, message));
    }

    public void whenUp(int alive, Runnable what) {
      if (frozenUntil > now) {
        at(frozenUntil, () -> whenUp(alive, what));
      } else if (alive == life && asleep <= now) {
        what.run();
      }
    }

    /**
     * Has something done at the keeper's, confirmed by its backup.
     *
     * @param postponed told a while later if it is not to be done yet
     */
    public void ask(Command command, Runnable postponed) {
      Member keeper = cluster.keeper;
      if (keeper == this) {
        keep(this, command, postponed);
      } else if (keeper != null) {
        send(keeper, () -> keeper.keep(this, command, postponed));
      }
    }

    private void keep(Member by, Command command, Runnable postponed) {
      if (cluster.keeper != this || by.cluster != cluster) {
        return;
      }
      see();
      Done done;
      try {
        done = command.run(copy, this);
      } catch (NotSettled _) {
        at(now + SECOND / 50, postponed);
        return;
      }
      copy = done.state;
      Member backup = cluster.backup;
      if (backup == null) {
        done.confirmed.run();
      } else {
        Cluster within = cluster;
        send(
            backup,
            () -> {
              if (backup.cluster == within) {
                backup.copy = done.state;
                backup.send(
                    this,
                    () -> {
                      if (cluster == within && view.contains(backup.id)) {
                        done.confirmed.run();
                      }
                    });
              }
            });
      }
    }
  }

  protected void at(long time, Runnable what) {
    events.add(new Event(time, order++, what));
  }
}
