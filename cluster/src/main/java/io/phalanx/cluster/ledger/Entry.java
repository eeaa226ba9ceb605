package io.phalanx.cluster.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A revision's line in the ledger.
 *
 * @param number from 1, without gaps
 * @param author member and provider it came from, or the operator's words
 * @param at to the millisecond
 * @param hash SHA-256 of the content, in hexadecimal digits
 */
public record Entry(long number, String author, Instant at, String hash) {
  /** Characters of an author that are kept. */
  public static final int MAX_AUTHOR = 200;

  private static final int HASH_LENGTH = 64;

  public Entry {
    if (number < 1) {
      throw new IllegalArgumentException("revision numbers start at 1: " + number);
    }
    if (hash.length() != HASH_LENGTH
        || !hash.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80)) {
      // It becomes the name of a file.
      throw new IllegalArgumentException("not a SHA-256: " + hash);
    }
    at = at.truncatedTo(ChronoUnit.MILLIS);
    if (author.length() > MAX_AUTHOR) {
      author = author.substring(0, MAX_AUTHOR);
    }
  }
}
