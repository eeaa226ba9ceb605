package io.phalanx.cluster.lease;

import java.util.Optional;

/**
 * Tasks that one member does for the fleet.
 *
 * <ul>
 *   <li>At most one member of a connected fleet holds a lease, for one candidacy of its own: others
 *       of the same member have their turn when that is closed.
 *   <li>Takeover: when the holder leaves or dies, another competitor gets the lease within seconds
 *       of the fleet noticing.
 *   <li>A holder that was cut off or frozen may go on for a while without knowing: whatever it does
 *       must carry {@link Lease#epoch}.
 *   <li>A member whose disk takes nothing holds none.
 *   <li>Partition: only the side with a majority of the known members has holders. One that is cut
 *       off goes on until it notices, some seconds.
 * </ul>
 */
public interface Leases {
  /**
   * Competes for a lease until closed, and runs {@code task} whenever this member holds it. A task
   * that returns or throws gives the lease up for a moment and competes again.
   */
  Candidacy compete(String name, LeaseTask task);

  /** Who holds the lease now. */
  Optional<Lease> holder(String name);

  /**
   * One member's competition for one lease. Closing it interrupts the task, waits for its end and
   * gives the lease back.
   */
  interface Candidacy extends AutoCloseable {
    @Override
    void close();
  }
}
