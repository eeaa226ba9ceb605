package io.phalanx.cluster.quota;

/**
 * What a member has of an account, and what it wants of it.
 *
 * @param number higher than that of every earlier one of the member's life for this account, so
 *     that one that is late, or comes twice, does nothing; 0 if nothing is wanted
 * @param answered the number of the last one whose answer came; of what others gave nothing is used
 * @param part what the tokens count in that it has in advance
 * @param unused how many of those it still has
 * @param kept how many of those it goes on using; the others go back
 * @param wanted tokens for those who wait for them now
 * @param ahead tokens it would like to have at hand for those who come, those that it keeps
 *     included, of which it gets as many as there is room for
 */
public record Need(
    long number, long answered, long part, long unused, long kept, long wanted, long ahead) {
  /** The most that can be wanted at once. */
  static final int MOST_WANTED = 1000;

  /** Of one who only tells what it knows. */
  public static final Need NOTHING = new Need(0, 0, 0, 0, 0, 0, 0);

  public Need {
    if (kept < 0 || unused < kept || wanted < 0 || wanted > MOST_WANTED || ahead < kept) {
      throw new IllegalArgumentException(
          "%d unused, %d kept, %d wanted and %d ahead".formatted(unused, kept, wanted, ahead));
    }
  }
}
