package io.phalanx.cluster.quota;

import java.util.Map;

/**
 * What one member has had of a part of a window. Of two tallies of the same the higher counts
 * together are no less than what happened: no count misses what was used, and none has more given
 * back than was.
 *
 * @param drawn tokens that it was given
 * @param returned those of them that it gave back without having used them
 */
record Tally(long drawn, long returned) {
  static final Tally NONE = new Tally(0, 0);

  Tally {
    if (drawn < 0 || returned < 0) {
      throw new IllegalArgumentException("%d drawn, %d returned".formatted(drawn, returned));
    }
  }

  long used() {
    return Math.max(0, drawn - returned);
  }

  /** How many count of all of these. */
  static long used(Map<String, Tally> tallies) {
    long sum = 0;
    for (Tally tally : tallies.values()) {
      sum += tally.used();
    }
    return sum;
  }

  Tally plus(long more, long back) {
    return new Tally(drawn + more, returned + back);
  }

  /** Without what was drawn and never arrived. */
  Tally without(long lost) {
    return new Tally(Math.max(returned, drawn - lost), returned);
  }

  Tally merged(Tally other) {
    return new Tally(Math.max(drawn, other.drawn), Math.max(returned, other.returned));
  }
}
