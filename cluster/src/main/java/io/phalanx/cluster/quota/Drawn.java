package io.phalanx.cluster.quota;

import java.time.Duration;

/**
 * What an account gave.
 *
 * @param granted how many of the wanted tokens
 * @param held tokens of the member's advance now, those included that it kept
 * @param part what all these count in
 * @param partEnds until what is given counts in another part, from when this was asked for
 * @param usable how long all these may be used, from when they were asked for
 * @param rest what the account has left
 * @param next until another token may be there, zero if there is one
 * @param reset until the window turns, or the oldest of what counts leaves it
 * @param known what changed, as it is now, and how far the account's time has come
 */
public record Drawn(
    long granted,
    long held,
    long part,
    Duration partEnds,
    Duration usable,
    long rest,
    Duration next,
    Duration reset,
    Known known) {
  public Drawn {
    if (granted < 0 || held < 0 || rest < 0) {
      throw new IllegalArgumentException(
          "%d granted, %d held, %d left".formatted(granted, held, rest));
    }
  }

  boolean gaveNothing() {
    return granted == 0 && held == 0;
  }
}
