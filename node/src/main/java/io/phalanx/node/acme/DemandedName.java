package io.phalanx.node.acme;

import io.phalanx.cluster.Bytes;
import io.phalanx.node.tls.CertificateNeed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A name that clients ask for and that was allowed, so that a certificate is ordered.
 *
 * @param since when it was taken in
 * @param seen when a client last asked for it, to the day
 */
record DemandedName(String resolver, String name, Instant since, Instant seen) {
  /** A certificate whose name nobody asks for as long as that is not renewed. */
  static final Duration KEPT = Duration.ofDays(30);

  private static final Duration NOTED = Duration.ofDays(1);
  private static final String PREFIX = "demand/";
  private static final Bytes FORMAT = new Bytes("names on demand", 1);

  /** Whether a document of that name holds one. */
  static boolean isOne(String documentName) {
    return documentName.startsWith(PREFIX);
  }

  String documentName() {
    return PREFIX + CertificateState.key(need());
  }

  CertificateNeed need() {
    return new CertificateNeed(resolver, List.of(name));
  }

  boolean isKept(Instant now) {
    return seen.plus(KEPT).isAfter(now);
  }

  /** Whether it is to be noted that a client asks for it now. */
  boolean isToBeNoted(Instant now) {
    return !seen.plus(NOTED).isAfter(now);
  }

  DemandedName seen(Instant now) {
    return new DemandedName(resolver, name, since, now);
  }

  byte[] bytes() {
    return FORMAT.write(
        out -> {
          out.writeUTF(resolver);
          out.writeUTF(name);
          out.writeLong(since.toEpochMilli());
          out.writeLong(seen.toEpochMilli());
        });
  }

  /**
   * @throws IllegalStateException if the format is one that this release does not know, or if the
   *     bytes are not what was written
   */
  static DemandedName read(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in ->
            new DemandedName(
                in.readUTF(),
                in.readUTF(),
                Instant.ofEpochMilli(in.readLong()),
                Instant.ofEpochMilli(in.readLong())));
  }
}
