package io.phalanx.cluster.revision;

import java.time.Instant;

/**
 * One whole configuration of the fleet, as it was activated.
 *
 * @param number grows by one with every revision, from 1
 * @param author member and provider it came from, for operators
 * @param content opaque here; starts with a format number of whoever wrote it
 */
public record Revision(long number, String author, Instant at, String content) {
  public Revision {
    if (number < 1) {
      throw new IllegalArgumentException("revision numbers start at 1: " + number);
    }
  }
}
