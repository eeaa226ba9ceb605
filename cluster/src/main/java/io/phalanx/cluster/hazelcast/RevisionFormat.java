package io.phalanx.cluster.hazelcast;

import io.phalanx.cluster.revision.Revision;
import java.time.Instant;

/**
 * How a revision is written for the other members: a line for the format, number, time and author,
 * then the content as it is.
 */
final class RevisionFormat {
  private static final String FORMAT = "phalanx-revision/1";

  private RevisionFormat() {}

  static String encode(Revision revision) {
    return String.join(
        "\n",
        FORMAT,
        Long.toString(revision.number()),
        revision.at().toString(),
        revision.author().replace('\n', ' '),
        revision.content());
  }

  /**
   * @throws IllegalStateException if a later release wrote it in a form that this one does not know
   */
  static Revision decode(String text) {
    String[] parts = text.split("\n", 5);
    if (parts.length != 5 || !parts[0].equals(FORMAT)) {
      throw new IllegalStateException(
          "a revision is in the format \"" + parts[0] + "\", this release knows " + FORMAT);
    }
    return new Revision(Long.parseLong(parts[1]), parts[3], Instant.parse(parts[2]), parts[4]);
  }
}
