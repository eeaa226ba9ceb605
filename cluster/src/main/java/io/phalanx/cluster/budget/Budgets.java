package io.phalanx.cluster.budget;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Amounts that the whole fleet shares, by key.
 *
 * <ul>
 *   <li>Admitted tokens never exceed the limit over the whole fleet, while it is connected; nor
 *       does a token's delay exceed what its taker would wait.
 *   <li>A key whose limit differs from the one it was last used with starts anew.
 *   <li>Loss: one member may die without losing what was counted; a key nobody asked for until its
 *       bucket was full again is forgotten.
 *   <li>Partition: each side goes on with its own count; on healing the larger side's stays.
 *   <li>Unavailable: no answer within {@code patience}. The tokens may have been taken all the
 *       same.
 * </ul>
 */
public interface Budgets {
  /**
   * Takes one token, if need be ahead of its time.
   *
   * @param maxDelay how long the caller is willing to wait for the token; it is taken at once and
   *     the grant tells the delay
   * @param patience how long the answer may take
   * @return completes on any thread, never exceptionally
   */
  CompletionStage<Grant> take(String key, Limit limit, Duration maxDelay, Duration patience);
}
