package io.phalanx.cluster.revision;

import io.phalanx.cluster.Sha256;
import io.phalanx.secrets.OffHeap;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * What is remembered of a revision beside its content.
 *
 * @param number from 1, without gaps
 * @param author member and provider it came from, or the operator's words
 * @param at to the millisecond
 * @param hash SHA-256 of the content, in hexadecimal digits
 */
public record RevisionEntry(long number, String author, Instant at, String hash) {
  /** Characters of an author that are kept. */
  public static final int MAX_AUTHOR = 200;

  private static final int HASH_LENGTH = 64;

  public RevisionEntry {
    if (number < 1) {
      throw new IllegalArgumentException("revision numbers start at 1: " + number);
    }
    requireHash(hash);
    at = at.truncatedTo(ChronoUnit.MILLIS);
    if (author.length() > MAX_AUTHOR) {
      author = author.substring(0, MAX_AUTHOR);
    }
  }

  /** Refuses what is not a hash: it becomes the name of a file. */
  public static void requireHash(String hash) {
    if (hash.length() != HASH_LENGTH
        || !hash.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80)) {
      throw new IllegalArgumentException("not a SHA-256: " + hash);
    }
  }

  /** What is remembered of {@code revision}. */
  public static RevisionEntry of(Revision revision) {
    return new RevisionEntry(
        revision.number(), revision.author(), revision.at(), hash(revision.hidden()));
  }

  /** As {@link #hash()} has it. */
  public static String hash(String content) {
    return HexFormat.of().formatHex(Sha256.of(content));
  }

  /** The same of a content in UTF-8. */
  public static String hash(OffHeap content) {
    return HexFormat.of().formatHex(Sha256.of("", content));
  }

  /** The revision with its content, in UTF-8. */
  public Revision with(OffHeap content) {
    return new Revision(number, author, at, content);
  }
}
