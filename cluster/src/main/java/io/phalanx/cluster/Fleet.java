package io.phalanx.cluster;

import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.cluster.lease.Leases;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.cluster.report.Reports;
import io.phalanx.cluster.revision.Revisions;
import io.phalanx.cluster.session.SessionTable;
import io.phalanx.cluster.slot.Slots;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * This node's membership. A node without a {@code fleet} section is a fleet of one, for which no
 * cluster is started.
 */
public interface Fleet extends AutoCloseable {
  Member self();

  /**
   * A member that belongs to the fleet.
   *
   * @param id of its data directory, so the same after a restart
   * @param name what operators call it
   * @param present whether it is there, as far as this one sees
   * @param self whether it is this one
   */
  record Belonging(String id, String name, boolean present, boolean self) {}

  /** All members now, this one included, oldest first. */
  List<Member> members();

  /**
   * Tells {@code listener} the members now and after every change, on a thread of the fleet's; it
   * must not wait.
   */
  void onMembers(Consumer<List<Member>> listener);

  /**
   * All members that belong to the fleet, there or not, in the order in which they came. A majority
   * of these decides.
   */
  List<Belonging> known();

  /** Whether more than half of all that belong to the fleet are here. */
  default boolean hasMajority() {
    List<Belonging> known = known();
    return 2 * known.stream().filter(Belonging::present).count() > known.size();
  }

  /**
   * Why this member's disk does not take what the fleet agrees on, if so. It serves that from
   * memory, holds no lease and counts for no majority until it can be written.
   */
  default Optional<String> unwritten() {
    return Optional.empty();
  }

  /**
   * Has a member that is away for good belong to the fleet no more. Waits for the fleet.
   *
   * @param name its name or id
   * @return why it still does, if so: it is here, it is not known, or there is no majority
   */
  Optional<String> forget(String name) throws InterruptedException;

  /**
   * Has this member belong to the fleet no more, before it ends for good. Waits for the fleet.
   *
   * @return why it still does, if so
   */
  Optional<String> leave() throws InterruptedException;

  Revisions revisions();

  /**
   * @throws IOException if what a node on its own has on its disk cannot be read
   */
  Documents documents() throws IOException;

  Leases leases();

  Budgets budgets();

  Slots slots();

  /**
   * @throws IOException if what a node on its own counted before cannot be read
   */
  Quotas quotas() throws IOException;

  /**
   * Quotas of this member alone, which survive a restart as well. The same as {@link #quotas} where
   * it is the only one.
   *
   * @throws IOException as for those
   */
  Quotas nodeQuotas() throws IOException;

  SessionTable sessions();

  /**
   * Signs with the keys that all members share: what one signed, every one knows again.
   *
   * @param purpose a signature for one purpose is none for another
   * @throws IOException if the key of a node on its own can neither be read nor made
   */
  Signing signing(String purpose) throws IOException;

  Breakers breakers();

  Reports reports();

  /** The fleet keys that this member knows; none on its own. */
  List<FleetKey> keys();

  /**
   * From now on this member proves itself, seals and signs with the first of these keys and accepts
   * all of them. What it keeps on disk is sealed anew; connections to members stay. What was made
   * with {@link #signing} before stays as it was.
   *
   * @throws IllegalArgumentException if it knows none of them yet: then nothing changes, since no
   *     other member would understand it any more
   * @throws IOException if the disk fails
   */
  void rekey(List<FleetKey> keys) throws IOException;

  /**
   * Gives leases back, hands shared state over to the other members and leaves. Waits for that,
   * within a bound.
   */
  @Override
  void close();
}
