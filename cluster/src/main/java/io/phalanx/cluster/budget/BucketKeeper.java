package io.phalanx.cluster.budget;

import java.util.concurrent.CompletionStage;

/**
 * Where the buckets of all keys are kept, one of each for the whole fleet.
 *
 * <ul>
 *   <li>Order: draws of one key are done one after the other; they may arrive in another order than
 *       they were sent in, late, or twice, and {@link Draw#number} makes that harmless.
 *   <li>Loss: a bucket may be lost only with all members that keep a copy; then it starts full.
 *   <li>Partition: each side has a copy of its own.
 *   <li>Unavailable: no answer. It may have been done all the same.
 * </ul>
 */
public interface BucketKeeper {
  /**
   * @param key with its limit: another limit is another key
   * @return completes on any thread, exceptionally if there was no answer
   */
  CompletionStage<Drawn> draw(String key, Limit limit, Draw draw);
}
