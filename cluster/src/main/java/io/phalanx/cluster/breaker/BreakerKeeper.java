package io.phalanx.cluster.breaker;

import java.util.concurrent.CompletionStage;

/**
 * Where the breakers of the fleet are kept, one of each.
 *
 * <ul>
 *   <li>Order: messages about one breaker are taken one after the other; they may arrive in another
 *       order than they were sent in, late, or twice.
 *   <li>Loss: a breaker may be lost only with all members that keep a copy; then it stands as the
 *       next one that tells something knows it.
 *   <li>Partition: each side has a copy of its own.
 *   <li>Unavailable: no answer. It may have been taken all the same.
 * </ul>
 */
public interface BreakerKeeper {
  /**
   * @return completes on any thread, exceptionally if there was no answer
   */
  CompletionStage<Reply> tell(String key, Motion motion);
}
