package io.phalanx.cluster.breaker;

/**
 * What a member measured of late.
 *
 * @param requests answered
 * @param failures how many of them count against what answered
 * @param tripped whether that is too much
 */
public record Tally(long requests, long failures, boolean tripped) {
  public static final Tally NOTHING = new Tally(0, 0, false);

  public Tally {
    if (requests < 0 || failures < 0 || failures > requests) {
      throw new IllegalArgumentException(failures + " failures of " + requests);
    }
  }
}
