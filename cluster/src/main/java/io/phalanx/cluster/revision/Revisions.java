package io.phalanx.cluster.revision;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * The configurations of the fleet in their one order.
 *
 * <ul>
 *   <li>Order: total. A revision is accepted only as the successor of the one that its author saw.
 *   <li>Delivery: every member is told every newest revision; one that is overtaken before it was
 *       delivered may be left out. Never back in order.
 *   <li>Joining: a member sees the active revision before {@link #active} first answers.
 *   <li>Loss: kept in the memory of all members; survives as long as one member of the fleet lives.
 *   <li>Partition: each side goes on and accepts; on healing the latest of their revisions in
 *       {@link Revision#ORDER} wins and every member is told it, also one that has another with the
 *       same number. To be narrowed to the majority.
 * </ul>
 */
public interface Revisions {
  /** The newest revision; empty in a fleet that never had one. */
  Optional<Revision> active();

  /**
   * Tells {@code listener} the active revision, if there is one, and every newer one, one after
   * another on one thread.
   */
  void subscribe(Consumer<Revision> listener);

  /**
   * Offers a configuration as the successor of that very revision (empty: as the first). Waits for
   * the fleet, so not to be called on an I/O thread.
   */
  Publication publish(Optional<Revision> predecessor, String author, String content)
      throws InterruptedException;

  /** What became of an offer. */
  sealed interface Publication {
    record Accepted(Revision revision) implements Publication {}

    /**
     * Another revision came first: look at it and offer again if need be.
     *
     * @param active its number, 0 if there is none
     */
    record Overtaken(long active) implements Publication {}

    /**
     * No answer within the bound. It may have been accepted all the same; {@link #active} will
     * tell.
     */
    record Unavailable(String reason) implements Publication {}
  }
}
