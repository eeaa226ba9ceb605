package io.phalanx.cluster.revision;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.Sha256;
import io.phalanx.secrets.OffHeap;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * One whole configuration of the fleet, as it was activated. Two sides of a split fleet may give
 * the same number to different ones, so a revision is told from another by all that it is.
 *
 * @param number grows by one with every revision, from 1
 * @param author member and provider it came from, for operators
 * @param hidden the content, which holds private keys, outside of the heap
 */
public record Revision(long number, String author, Instant at, OffHeap hidden) {
  /**
   * The one order of all revisions, on which every member agrees: the latest stays when sides of a
   * split meet again. By number, so the side that went on further; then by time.
   */
  public static final Comparator<Revision> ORDER =
      Comparator.comparingLong(Revision::number)
          .thenComparing(Revision::at)
          .thenComparing(Revision::author)
          .thenComparing(Revision::content);

  /**
   * @param content opaque here; starts with a format number of whoever wrote it
   */
  public Revision(long number, String author, Instant at, String content) {
    this(number, author, at, OffHeap.taken(content.getBytes(UTF_8)));
  }

  public Revision {
    if (number < 1) {
      throw new IllegalArgumentException("revision numbers start at 1: " + number);
    }
  }

  /** For the moment: whoever keeps it keeps keys where dumps of the heap show them. */
  public String content() {
    return hidden.lend(bytes -> new String(bytes, UTF_8));
  }

  public boolean isAfter(Revision other) {
    return ORDER.compare(this, other) > 0;
  }

  /** Twelve hexadecimal digits that differ where revisions with the same number do. */
  public String fingerprint() {
    byte[] hash = Sha256.of(number + "\n" + at + '\n' + author + '\n', hidden);
    return HexFormat.of().formatHex(hash, 0, 6);
  }
}
