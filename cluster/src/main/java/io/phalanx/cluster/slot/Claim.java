package io.phalanx.cluster.slot;

import java.time.Duration;

/**
 * What a member asks of a key's room.
 *
 * @param member who asks
 * @param number higher than that of every earlier one of the member's for this key, so that one
 *     that is late, or comes twice, does nothing
 * @param used how many it goes on with: those inside, and those that it may let in before the
 *     answer
 * @param wanted how many wait
 * @param spare how many it would like to let in without asking; what it has beyond all these goes
 *     back
 * @param term how long the slots are the member's; it ends here later than there
 */
public record Claim(String member, long number, long used, long wanted, long spare, Duration term) {
  public Claim {
    if (used < 0 || wanted < 0 || spare < 0 || !term.isPositive()) {
      throw new IllegalArgumentException(
          "%d used, %d wanted, %d to spare, for %s".formatted(used, wanted, spare, term));
    }
  }
}
