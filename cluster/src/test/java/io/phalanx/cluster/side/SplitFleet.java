package io.phalanx.cluster.side;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Members that keep what is counted of one key while they die, freeze and are cut off from each
 * other, as a seed says. Each side of a split has a cluster of its own as soon as its members have
 * noticed, which they do at different times; what a side does not have a copy of is new there. When
 * a split heals the smaller side's members come to the larger one's cluster as new ones.
 */
public abstract class SplitFleet extends SplitMembers {
  private final long end;
  private boolean rush;

  /**
   * @param end nanoseconds after the start
   */
  protected SplitFleet(Random random, int size, long end) {
    super(random, size);
    this.end = end;
  }

  /** Somebody comes to a member. */
  protected abstract void come(Member member);

  /** What is kept when a member comes from another cluster with what was counted there. */
  protected abstract byte[] merged(byte @Nullable [] ours, byte[] theirs);

  /** A member is up, which it is told twice a second at least. */
  protected void tidy(Member member) {
    // Not all have something to do then.
  }

  /** A member is up again after it died. */
  protected void comesBack(Member member) {
    // It may have kept nothing.
  }

  /**
   * @param gap nanoseconds between two who come in a rush, on average
   */
  public final void run(long gap, int troubles) {
    for (Member member : members) {
      everySoOften(member);
    }
    for (int i = 0; i < troubles; i++) {
      at(3 * SECOND + random.nextLong(end - 3 * SECOND), this::trouble);
    }
    come(gap);
    alternate();
    for (Event next = events.poll(); next != null && next.at() < end; next = events.poll()) {
      now = next.at();
      next.what().run();
    }
  }

  /** Quiet times, and rushes, in which all comes at once. */
  private void come(long gap) {
    at(
        now + 1 + random.nextLong(rush ? 2 * gap : SECOND / 5),
        () -> {
          Member member = members.get(random.nextInt(known));
          if (rush && member.isUp()) {
            come(member);
          }
          come(gap);
        });
  }

  private void alternate() {
    rush = !rush;
    at(now + random.nextLong(3 * SECOND), this::alternate);
  }

  private void everySoOften(Member member) {
    if (member.isUp()) {
      member.askAll();
      tidy(member);
    }
    boolean quiet = member.presence.side().isSettled() && !member.presence.hasTellers();
    long pause = quiet ? Presence.PAUSE.toNanos() : SECOND / 40;
    at(now + pause, () -> everySoOften(member));
  }

  private void trouble() {
    switch (random.nextInt(3)) {
      case 0 -> die(members.get(random.nextInt(known)));
      case 1 -> {
        Member member = members.get(random.nextInt(known));
        long until = now + random.nextLong(12 * SECOND);
        member.frozenUntil = Math.max(member.frozenUntil, until);
        at(now + SILENCE + random.nextLong(SECOND), this::notice);
        at(until + random.nextLong(SECOND), this::notice);
      }
      default -> {
        Set<Integer> aside = new HashSet<>();
        for (int i = 0; i < known; i++) {
          if (random.nextBoolean()) {
            aside.add(i);
          }
        }
        divide(aside);
        at(now + random.nextLong(15 * SECOND), this::heal);
      }
    }
  }

  private void divide(Set<Integer> aside) {
    cut.clear();
    for (int one : aside) {
      for (int other = 0; other < known; other++) {
        if (!aside.contains(other)) {
          cut.add(Set.of(one, other));
        }
      }
    }
    // Each member notices at a time of its own.
    for (int i = 0; i < 4; i++) {
      at(now + random.nextLong(SILENCE + SECOND), this::notice);
    }
    at(now + SILENCE + SECOND, this::notice);
  }

  private void heal() {
    cut.clear();
    at(now + random.nextLong(SECOND), this::merge);
  }

  /** Not if nobody would be left: then nothing is known of what was counted. */
  private void die(Member member) {
    if (members.stream().filter(other -> other.asleep <= now).count() < 2) {
      return;
    }
    member.life++;
    Cluster left = member.cluster;
    left.names.remove(member.id);
    member.copy = null;
    member.cluster = new Cluster();
    member.asleep = now + SECOND + random.nextLong(5 * SECOND);
    left.place();
    // The others see it at once, one after the other.
    for (Member other : left.names.values()) {
      at(now + random.nextLong(SECOND / 20), () -> seeIn(other, left));
    }
    at(member.asleep, () -> comeBack(member));
  }

  private void seeIn(Member member, Cluster cluster) {
    if (member.cluster == cluster && member.isUp()) {
      member.see();
    }
  }

  private void comeBack(Member member) {
    if (member.asleep > now) {
      return;
    }
    member.presence = new Presence();
    comesBack(member);
    join(member, target(member));
  }

  private @Nullable Cluster target(Member member) {
    Cluster best = null;
    for (Member other : members) {
      if (other != member
          && other.isUp()
          && other.cluster != member.cluster
          && other.cluster.names.containsKey(other.id)
          && reaches(member, other.cluster)
          && (best == null || other.cluster.names.size() > best.names.size())) {
        best = other.cluster;
      }
    }
    return best;
  }

  private boolean reaches(Member member, Cluster cluster) {
    for (Member other : cluster.names.values()) {
      if (!other.isUp() || cut.contains(Set.of(member.number, other.number))) {
        return false;
      }
    }
    return true;
  }

  private void join(Member member, @Nullable Cluster cluster) {
    Cluster to = cluster == null ? new Cluster() : cluster;
    byte[] brought = member.cluster.keeper == member ? member.copy : null;
    member.cluster.names.remove(member.id);
    member.id = ++incarnations;
    member.copy = null;
    member.cluster = to;
    to.names.put(member.id, member);
    to.place();
    member.presence.merging(brought != null);
    member.see();
    member.askAll();
    if (brought != null) {
      at(
          now + 1 + random.nextLong(SECOND),
          () -> member.whenUp(member.life, () -> bring(member, to, brought)));
    }
    for (Member other : to.names.values()) {
      at(now + random.nextLong(SECOND / 50), () -> seeIn(other, to));
    }
  }

  private void bring(Member member, Cluster to, byte[] brought) {
    if (member.cluster == to && to.keeper != null) {
      byte[] kept = merged(to.keeper.copy, brought);
      to.keeper.copy = kept;
      if (to.backup != null) {
        to.backup.copy = kept;
      }
    }
    member.presence.merging(false);
  }

  /** Whoever is not heard of is out, on each side for itself. */
  private void notice() {
    for (Member member : members) {
      if (member.isUp() && member.cluster.names.containsKey(member.id)) {
        part(member);
      }
    }
  }

  private void part(Member member) {
    Cluster from = member.cluster;
    var lost = new ArrayList<Member>();
    var kept = new ArrayList<Member>();
    for (Member other : from.names.values()) {
      boolean heard =
          other == member || (other.isUp() && !cut.contains(Set.of(member.number, other.number)));
      (heard ? kept : lost).add(other);
    }
    if (lost.isEmpty()) {
      return;
    }
    var side = new Cluster();
    side.keeper = from.keeper;
    side.backup = from.backup;
    for (Member other : kept) {
      from.names.remove(other.id);
      other.cluster = side;
      side.names.put(other.id, other);
    }
    side.place();
    from.place();
    for (Member other : kept) {
      at(now + random.nextLong(SECOND / 20), () -> seeIn(other, side));
    }
  }

  /** The members of smaller clusters come to the largest one that they reach. */
  private void merge() {
    for (Member member : members) {
      if (!member.isUp() || !member.cluster.names.containsKey(member.id)) {
        continue;
      }
      Cluster best = target(member);
      if (best != null && best.names.size() >= member.cluster.names.size()) {
        Cluster left = member.cluster;
        List<Member> all = new ArrayList<>(left.names.values());
        for (Member one : all) {
          if (one.isUp() && reaches(one, best)) {
            join(one, best);
          }
        }
      }
    }
    at(now + SECOND + random.nextLong(SECOND), this::merge);
  }
}
