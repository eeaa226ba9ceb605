package io.phalanx.cluster.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.FleetSettings;
import io.phalanx.cluster.Member;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Sealing;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.slot.Slots;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Membership in an embedded Hazelcast cluster whose members prove to each other that they have the
 * fleet key.
 */
public final class HazelcastFleet implements Fleet {
  /** Where a member tells its name to the others. */
  static final String NAME_ATTRIBUTE = "phalanx.name";

  private static final Duration TIDY_PAUSE = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final HazelcastInstance instance;
  private final HazelcastRevisions revisions;
  private final HazelcastLeases leases;
  private final HazelcastBudgets budgets;
  private final HazelcastSlots slots;
  private final Thread tidying;

  private HazelcastFleet(HazelcastInstance instance, List<FleetKey> keys, InstantSource clock) {
    this.instance = instance;
    this.revisions =
        new HazelcastRevisions(instance, new RevisionFormat(Sealing.of(keys, "revision")), clock);
    this.leases = new HazelcastLeases(instance);
    this.budgets = new HazelcastBudgets(instance);
    this.budgets.warmUp();
    this.slots = new HazelcastSlots(instance);
    this.tidying = Thread.ofVirtual().name("counts").start(this::tidy);
  }

  /**
   * Joins the fleet, or starts it where the settings allow that. Waits: a node that may not start a
   * fleet and reaches no member keeps trying.
   *
   * @throws IllegalStateException if this JVM was not started with what asynchronous calls need
   */
  public static HazelcastFleet start(FleetSettings settings, InstantSource clock)
      throws InterruptedException {
    return start(settings, clock, Joining.MAX_BUDGETS);
  }

  static HazelcastFleet start(FleetSettings settings, InstantSource clock, int maxBudgets)
      throws InterruptedException {
    return new HazelcastFleet(Joining.join(settings, maxBudgets), settings.keys(), clock);
  }

  private void tidy() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(TIDY_PAUSE.toNanos());
        budgets.tidy(PATIENCE);
        slots.tidy(PATIENCE);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** How many buckets this member keeps: its own and backups of others'. */
  long budgetsKept() {
    var stats = instance.getMap(Joining.BUDGET_MAP).getLocalMapStats();
    return stats.getOwnedEntryCount() + stats.getBackupEntryCount();
  }

  @Override
  public Member self() {
    return member(instance.getCluster().getLocalMember());
  }

  static Member member(com.hazelcast.cluster.Member member) {
    String name = member.getAttribute(NAME_ATTRIBUTE);
    return new Member(
        member.getUuid().toString(), name == null ? member.getAddress().toString() : name);
  }

  @Override
  public List<Member> members() {
    return instance.getCluster().getMembers().stream().map(HazelcastFleet::member).toList();
  }

  @Override
  public void onMembers(Consumer<List<Member>> listener) {
    instance
        .getCluster()
        .addMembershipListener(
            new MembershipListener() {
              @Override
              public void memberAdded(MembershipEvent event) {
                listener.accept(members());
              }

              @Override
              public void memberRemoved(MembershipEvent event) {
                listener.accept(members());
              }
            });
    listener.accept(members());
  }

  @Override
  public Revisions revisions() {
    return revisions;
  }

  @Override
  public Leases leases() {
    return leases;
  }

  @Override
  public Budgets budgets() {
    return budgets;
  }

  @Override
  public Slots slots() {
    return slots;
  }

  /** Ends this member at once, as a crash would: nothing is handed over. */
  void terminate() {
    tidying.interrupt();
    instance.getLifecycleService().terminate();
    leases.close();
    revisions.close();
  }

  @Override
  public void close() {
    tidying.interrupt();
    budgets.giveBack(PATIENCE);
    leases.close();
    revisions.close();
    instance.shutdown();
  }
}
