package io.phalanx.cluster.session;

import java.util.concurrent.CompletionStage;

/**
 * Where the seats of all sessions are kept, one of each for the whole fleet.
 *
 * <ul>
 *   <li>Order: bids for one key are done one after the other; one that comes late, or twice, may
 *       prolong a session or find it where it is, and moves it only as it says itself.
 *   <li>Loss: a seat may be lost only with all members that keep a copy.
 *   <li>Partition: each side has a copy of its own.
 *   <li>Unavailable: no answer. It may have been done all the same.
 * </ul>
 */
public interface SeatKeeper {
  /**
   * @return completes on any thread, exceptionally if there was no answer
   */
  CompletionStage<Seating> bid(String key, Bid bid);
}
