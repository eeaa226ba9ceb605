package io.phalanx.cluster.document;

import io.phalanx.cluster.lease.Lease;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Contents that all members have, each replaced as a whole by whoever holds a lease.
 *
 * <ul>
 *   <li>Order: one for all documents together. A document is written only in the place of the one
 *       that its author saw.
 *   <li>Epochs: after a later holder of a lease wrote something, nothing is written under an
 *       earlier one.
 *   <li>Delivery: every member that is there is told at once, usually within some milliseconds; one
 *       that is overtaken before it was told may be left out. Not promised: that all are told at
 *       the same moment; {@link #awaitEverywhere} waits for that.
 *   <li>Joining: a member has what the others have before {@link #all} first answers; alone, what
 *       is on its disk.
 *   <li>Loss: what was written is on the disks of a majority of the known members, sealed, and
 *       stays while such a majority is there. A node on its own keeps it on its own disk.
 *   <li>Partition: each side has what it had; only a side with a majority of the known members
 *       writes. On healing there is one history.
 * </ul>
 */
public interface Documents {
  /** How many there may be. */
  int MAX_COUNT = 2_000;

  /** Bytes of one. */
  int MAX_BYTES = 1 << 20;

  /** Those that are known here, by their names. */
  SortedMap<String, Document> all();

  /** The one of that name, if it is known here. */
  default Optional<Document> find(String name) {
    return Optional.ofNullable(all().get(name));
  }

  /**
   * Tells {@code listener} all documents now and after every change, one change after another. It
   * must not wait, and not write.
   */
  void subscribe(Consumer<SortedMap<String, Document>> listener);

  /**
   * Writes a document. Waits for the fleet, so not to be called on an I/O thread.
   *
   * @param under the lease that it is written under
   * @param before what it takes the place of; empty if there is to be none of that name
   * @param content is wiped
   * @throws IllegalArgumentException if it is too large, or its name too long
   */
  Outcome put(Lease under, String name, Optional<Document> before, byte[] content)
      throws InterruptedException;

  /** Takes a document away. Waits for the fleet. */
  Outcome remove(Lease under, Document before) throws InterruptedException;

  /**
   * Has this member know all that was written until now by whomever, for one that takes a lease
   * over. Waits for the fleet.
   *
   * @return why it may not, if so
   */
  Optional<String> catchUp() throws InterruptedException;

  /**
   * Waits until all members that are there have told their listeners what this one knows now.
   *
   * @return which one has not within the limit, and why, if so
   */
  Optional<String> awaitEverywhere(Duration limit) throws InterruptedException;

  /** What became of a wish to write. */
  sealed interface Outcome {
    record Written(Optional<Document> document) implements Outcome {}

    /** Another one has been written since: {@link #all} has it. */
    record Overtaken() implements Outcome {}

    /** A later holder of the lease has written something. */
    record Superseded(String reason) implements Outcome {}

    /** No majority, or the disk fails; nothing was written. */
    record Unavailable(String reason) implements Outcome {}

    /** No answer in time: it may come about all the same. To write the same again does no harm. */
    record Unknown(String reason) implements Outcome {}
  }
}
