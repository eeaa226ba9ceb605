package io.phalanx.cluster.quota;

/**
 * What a member asks of an account.
 *
 * @param member who asks, the same after a restart
 * @param life another one after each start of the member
 * @param number higher than that of every earlier one of that life for this account, so that one
 *     that is late, or comes twice, does nothing
 * @param unused tokens of the member's advance that it still has
 * @param wanted tokens for those who wait for them now
 * @param ahead tokens the member would like to have at hand for those who come, of which it gets as
 *     many as there is room for; what it has beyond them goes back
 * @param presence who is here, as the member sees it
 * @param time milliseconds since the epoch by the member's clock
 * @param known what the member knows of the account, in case that whoever keeps it lost it
 */
public record Draw(
    String member,
    String life,
    long number,
    long unused,
    long wanted,
    long ahead,
    Presence presence,
    long time,
    Known known) {
  /** The most that can be wanted at once. */
  static final int MOST_WANTED = 1000;

  /** Members that are here, of those that belong to the fleet. */
  public record Presence(int here, int known) {
    public static final Presence ALONE = new Presence(1, 1);

    public Presence {
      if (here < 1 || known < here) {
        throw new IllegalArgumentException("%d of %d members here".formatted(here, known));
      }
    }

    boolean isWhole() {
      return here == known;
    }

    boolean isMajority() {
      return 2L * here > known;
    }
  }

  public Draw {
    if (unused < 0 || wanted < 0 || wanted > MOST_WANTED || ahead < 0) {
      throw new IllegalArgumentException(
          "%d unused, %d wanted and %d ahead".formatted(unused, wanted, ahead));
    }
  }
}
