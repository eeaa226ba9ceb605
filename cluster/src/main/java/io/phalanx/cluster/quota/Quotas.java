package io.phalanx.cluster.quota;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Amounts within windows that may be long, by key, which the whole fleet shares.
 *
 * <ul>
 *   <li>Never more pass within a window than the amount over the whole fleet, while it is connected
 *       and its clocks agree: a clock that is off by some time makes what counts leave the window
 *       earlier or later by as much, one that goes back gives nothing.
 *   <li>Durable: what is admitted is on the disk of the member that admitted it before. All members
 *       may die at once; what those drew that come back counts.
 *   <li>A key whose quota differs from the one it was last used with starts anew.
 *   <li>Partition: what each side admits is said by {@link Quota#counted}; by shares all sides
 *       together never admit more than the amount, whatever each has noticed. On healing both
 *       sides' count.
 *   <li>Unavailable: no answer within {@code patience}, or the disk takes nothing. It may have been
 *       counted all the same.
 * </ul>
 */
public interface Quotas {
  /**
   * Counts one, if there is room.
   *
   * @param patience how long the answer may take
   * @return completes on any thread, never exceptionally
   */
  CompletionStage<Admission> take(String key, Quota quota, Duration patience);
}
