package io.phalanx.node.acme;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.Sha256;
import io.phalanx.node.acme.dns.ChallengeRecord;
import java.util.HexFormat;

/**
 * A TXT record that a resolver set, or was about to: written down before, and until it is gone, so
 * that whoever holds the lease then removes it.
 *
 * @param resolver its name
 */
record DnsEntry(String resolver, ChallengeRecord record) {
  private static final Bytes FORMAT = new Bytes("records of resolvers", 1);
  private static final String PREFIX = "record/";

  /** What the names of a resolver's documents begin with. */
  static String prefix(String resolver) {
    return PREFIX + resolver + '/';
  }

  /** The document that holds it: the same for the same record. */
  String documentName() {
    String whole = record.name() + '\n' + record.value();
    return prefix(resolver) + HexFormat.of().formatHex(Sha256.of(whole), 0, 16);
  }

  byte[] bytes() {
    return FORMAT.write(
        out -> {
          out.writeUTF(resolver);
          out.writeUTF(record.domain());
          out.writeUTF(record.token());
          out.writeUTF(record.authorization());
          out.writeUTF(record.name());
          out.writeUTF(record.value());
        });
  }

  /**
   * @throws IllegalStateException if the bytes are of a format that this release does not know, or
   *     not what was written
   */
  static DnsEntry of(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in ->
            new DnsEntry(
                in.readUTF(),
                new ChallengeRecord(
                    in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF())));
  }
}
