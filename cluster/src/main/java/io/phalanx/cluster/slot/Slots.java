package io.phalanx.cluster.slot;

import io.phalanx.cluster.side.Counted;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Bounds on how many are inside at one time, by key, which the whole fleet shares.
 *
 * <ul>
 *   <li>Never more are inside than the amount over the whole fleet, while it is connected and no
 *       member lay frozen for longer than its term: what was inside there is inside still.
 *   <li>A key with another amount than before is another key.
 *   <li>Loss: the slots of a member that died are free again after its term.
 *   <li>Partition: each side goes on with its own count, up to its members' part of the amount, or
 *       up to all of it where it is {@link Counted#BY_EACH_SIDE}. What was inside on one side when
 *       the fleet was split is not seen on the other.
 *   <li>Unavailable: no answer within {@code patience}.
 * </ul>
 */
public interface Slots {
  /** How long a member that is not heard of keeps its slots. */
  Duration TERM = Duration.ofSeconds(5);

  /**
   * @param amount how many may be inside, above 0
   * @param counted what a side of a split has of them
   * @param patience how long the answer may take
   * @return completes on any thread, never exceptionally
   */
  CompletionStage<Entry> enter(String key, long amount, Counted counted, Duration patience);

  /**
   * Gets in whatever the fleet says, if this member has let fewer than {@code most} in: for a
   * declared answer to {@link Entry.Unavailable}.
   */
  Entry enterAnyway(String key, long amount, Counted counted, long most);
}
