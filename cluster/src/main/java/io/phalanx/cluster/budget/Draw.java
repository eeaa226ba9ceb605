package io.phalanx.cluster.budget;

import java.time.Duration;

/**
 * What a member asks of a bucket.
 *
 * @param member who asks
 * @param number higher than that of every earlier one of the member's for this key, so that one
 *     that is late, or comes twice, does nothing
 * @param unused tokens of the member's advance that it still has
 * @param wanted tokens for those who wait for them now
 * @param maxDelay how far ahead of its time a wanted token may be taken
 * @param ahead tokens the member would like to have at hand for those who come, of which it gets as
 *     many as there is room for; what it has beyond them goes back
 * @param term how long the advance is the member's; it ends here later than there
 */
public record Draw(
    String member,
    long number,
    long unused,
    long wanted,
    Duration maxDelay,
    long ahead,
    Duration term) {
  /** The most that can be wanted at once. */
  public static final int MOST_WANTED = 1000;

  public Draw {
    if (unused < 0 || wanted < 0 || wanted > MOST_WANTED || ahead < 0) {
      throw new IllegalArgumentException(
          "%d unused, %d wanted and %d ahead".formatted(unused, wanted, ahead));
    }
    if (maxDelay.isNegative() || !term.isPositive()) {
      throw new IllegalArgumentException("a delay of %s, a term of %s".formatted(maxDelay, term));
    }
  }
}
