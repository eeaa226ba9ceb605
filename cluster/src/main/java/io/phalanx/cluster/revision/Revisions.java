package io.phalanx.cluster.revision;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.lease.Lease;
import io.phalanx.secrets.OffHeap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The configurations of the fleet in their one order.
 *
 * <ul>
 *   <li>Order: total. A revision is accepted only as the successor of the one that its author saw.
 *   <li>Agreement: a revision is tried by every member that is there, and one that any of them
 *       cannot serve changes nothing anywhere. Then a majority of all known members, there or not,
 *       accepts it, and all or none come to serve it, whoever dies when.
 *   <li>Delivery: every member is told every newest revision; one that is overtaken before it was
 *       delivered may be left out. Never back in order. A member that was away is told what is
 *       newest when it comes back.
 *   <li>Joining: a member sees what the members that are there know before {@link #active} first
 *       answers; alone, it sees what is on its disk.
 *   <li>Loss: kept on the disk of every member that was there; what was accepted is there while a
 *       majority of the known members' disks is.
 *   <li>Partition: each side serves its newest one; only a side with a majority of the known
 *       members accepts another. On healing there is one history.
 *   <li>A node on its own keeps them in memory.
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
   * Asks {@code attempt} before a revision is accepted anywhere: why this member could not serve
   * it, if so. Whatever it throws is such a reason.
   */
  void tryWith(Function<Revision, Optional<String>> attempt);

  /** The last revisions, at most {@link #MAX_HISTORY}, oldest first. */
  List<RevisionEntry> history();

  /** Revisions that are remembered. */
  int MAX_HISTORY = 50;

  /** A revision of the history, if a member that is there has its content. Waits for the fleet. */
  Optional<Revision> revision(long number) throws InterruptedException;

  /**
   * Offers a configuration as the successor of that very revision (empty: as the first). Waits for
   * the fleet, so not to be called on an I/O thread.
   *
   * @param content in UTF-8
   * @param under a lease that it is done under: after a later holder did something it is refused
   */
  Publication publish(
      Optional<Revision> predecessor, String author, OffHeap content, Optional<Lease> under)
      throws InterruptedException;

  /** Offers a configuration under no lease. */
  default Publication publish(Optional<Revision> predecessor, String author, String content)
      throws InterruptedException {
    return publish(predecessor, author, OffHeap.taken(content.getBytes(UTF_8)), Optional.empty());
  }

  /** What became of an offer. */
  sealed interface Publication {
    record Accepted(Revision revision) implements Publication {}

    /**
     * Another revision came first: look at it and offer again if need be.
     *
     * @param active its number, 0 if there is none
     */
    record Overtaken(long active) implements Publication {}

    /** A member cannot serve it; nothing changed anywhere. */
    record Refused(String member, String reason) implements Publication {}

    /** No majority, or what is needed for it cannot be kept here. */
    record Unavailable(String reason) implements Publication {}

    /** No answer within the bound. It may be accepted all the same; {@link #active} will tell. */
    record Unknown(String reason) implements Publication {}
  }
}
