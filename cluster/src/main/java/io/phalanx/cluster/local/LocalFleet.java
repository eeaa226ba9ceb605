package io.phalanx.cluster.local;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.Member;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.slot.Slots;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A node on its own: the promises of the ports, without a cluster. */
public final class LocalFleet implements Fleet {
  private static final String ALONE = "this node is in no fleet";
  private static final Member SELF = new Member("local", "local");

  private final LocalRevisions revisions;
  private final LocalLeases leases = new LocalLeases(SELF.id());
  private final Budgets budgets;
  private final Slots slots = new LocalSlots();

  private LocalFleet(InstantSource clock) {
    this.revisions = new LocalRevisions(clock);
    this.budgets = new LocalBudgets(System::nanoTime);
  }

  public static LocalFleet start(InstantSource clock) {
    return new LocalFleet(clock);
  }

  @Override
  public Member self() {
    return SELF;
  }

  @Override
  public List<Member> members() {
    return List.of(SELF);
  }

  @Override
  public void onMembers(Consumer<List<Member>> listener) {
    listener.accept(members());
  }

  @Override
  public List<Belonging> known() {
    return List.of(new Belonging(SELF.id(), SELF.name(), true, true));
  }

  @Override
  public Optional<String> forget(String name) {
    return Optional.of(ALONE);
  }

  @Override
  public Optional<String> leave() {
    return Optional.of(ALONE);
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

  @Override
  public void close() {
    leases.close();
    revisions.close();
  }
}
