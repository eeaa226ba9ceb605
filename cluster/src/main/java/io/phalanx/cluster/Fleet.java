package io.phalanx.cluster;

import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.slot.Slots;
import java.util.List;
import java.util.function.Consumer;

/**
 * This node's membership. A node without a {@code fleet} section is a fleet of one, for which no
 * cluster is started.
 */
public interface Fleet extends AutoCloseable {
  Member self();

  /** All members now, this one included, oldest first. */
  List<Member> members();

  /**
   * Tells {@code listener} the members now and after every change, on a thread of the fleet's; it
   * must not wait.
   */
  void onMembers(Consumer<List<Member>> listener);

  Revisions revisions();

  Leases leases();

  Budgets budgets();

  Slots slots();

  /**
   * Gives leases back, hands shared state over to the other members and leaves. Waits for that,
   * within a bound.
   */
  @Override
  void close();
}
