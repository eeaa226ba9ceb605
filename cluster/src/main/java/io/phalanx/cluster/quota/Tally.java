package io.phalanx.cluster.quota;

/**
 * What one member has had of a part of a window. Both counts only grow, so that of two tallies of
 * the same the higher counts are what happened.
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

  Tally plus(long more, long back) {
    return new Tally(drawn + more, returned + back);
  }

  Tally merged(Tally other) {
    return new Tally(Math.max(drawn, other.drawn), Math.max(returned, other.returned));
  }
}
