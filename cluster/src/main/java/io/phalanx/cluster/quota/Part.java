package io.phalanx.cluster.quota;

import java.util.Map;

/**
 * What members have had of one part of a window, as far as is known.
 *
 * @param number of the {@linkplain Window#part part}
 * @param tallies by member
 */
public record Part(long number, Map<String, Tally> tallies) {
  public Part {
    tallies = Map.copyOf(tallies);
  }

  /** How many tokens count in it. */
  long used() {
    return Tally.used(tallies);
  }
}
