package io.phalanx.cluster.quota;

import java.util.concurrent.CompletionStage;

/**
 * Where the accounts of all keys are kept, one of each for the whole fleet.
 *
 * <ul>
 *   <li>Order: draws of one key are done one after the other; they may arrive in another order than
 *       they were sent in, late, or twice, and {@link Need#number} makes that harmless.
 *   <li>Loss: what was kept only there comes back with what members {@linkplain Draw#known know}.
 *   <li>Partition: each side has a copy of its own; on healing both count.
 *   <li>Unavailable: no answer. It may have been done all the same.
 * </ul>
 */
public interface AccountKeeper {
  /**
   * @param key with its quota: another quota is another key
   * @return completes on any thread, exceptionally if there was no answer
   */
  CompletionStage<Drawn> draw(String key, Quota quota, Draw draw);
}
