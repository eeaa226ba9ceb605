package io.phalanx.cluster.slot;

import io.phalanx.cluster.side.Counted;
import java.util.concurrent.CompletionStage;

/**
 * Where the rooms of all keys are kept, one of each for the whole fleet.
 *
 * <ul>
 *   <li>Order: claims of one key are done one after the other; they may arrive in another order
 *       than they were sent in, late, or twice, and {@link Claim#number} makes that harmless.
 *   <li>Loss: a room may be lost only with all members that keep a copy; then it starts empty.
 *   <li>Partition: each side has a copy of its own, and its members' part of the amount.
 *   <li>Unavailable: no answer. It may have been done all the same.
 * </ul>
 */
public interface RoomKeeper {
  /**
   * @param key with its amount and how it is counted: another amount is another key
   * @return completes on any thread with the member's slots, exceptionally if there was no answer
   */
  CompletionStage<Long> claim(String key, long amount, Counted counted, Claim claim);
}
