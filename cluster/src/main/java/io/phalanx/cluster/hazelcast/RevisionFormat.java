package io.phalanx.cluster.hazelcast;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.key.Sealing;
import io.phalanx.cluster.revision.Revision;
import java.time.Instant;
import java.util.Base64;

/**
 * How a revision is written for the other members: a line each for the format, number, time and
 * author, then the content, sealed beside them, because it holds private keys.
 */
final class RevisionFormat {
  private static final String FORMAT = "phalanx-revision/2";

  private final Sealing sealing;

  RevisionFormat(Sealing sealing) {
    this.sealing = sealing;
  }

  /** Each time other text, as with everything sealed. */
  String encode(Revision revision) {
    String head =
        String.join(
            "\n",
            FORMAT,
            Long.toString(revision.number()),
            revision.at().toString(),
            revision.author().replace('\n', ' '));
    byte[] sealed = sealing.seal(revision.content().getBytes(UTF_8), head.getBytes(UTF_8));
    return head + '\n' + Base64.getEncoder().encodeToString(sealed);
  }

  /** The number alone, without opening the content. */
  static long number(String text) {
    return Long.parseLong(parts(text)[1]);
  }

  private static String[] parts(String text) {
    String[] parts = text.split("\n", 5);
    if (parts.length != 5 || !parts[0].equals(FORMAT)) {
      throw new IllegalStateException(
          "a revision is in the format \"" + parts[0] + "\", this release knows " + FORMAT);
    }
    return parts;
  }

  /**
   * @throws IllegalStateException if a later release wrote it in a form that this one does not
   *     know, or it was not sealed by a member
   */
  Revision decode(String text) {
    String[] parts = parts(text);
    String head = text.substring(0, text.length() - parts[4].length() - 1);
    try {
      byte[] content = sealing.open(Base64.getDecoder().decode(parts[4]), head.getBytes(UTF_8));
      return new Revision(
          Long.parseLong(parts[1]), parts[3], Instant.parse(parts[2]), new String(content, UTF_8));
    } catch (Sealing.BrokenSealException | IllegalArgumentException e) {
      throw new IllegalStateException("revision " + parts[1] + " cannot be read", e);
    }
  }
}
