package io.phalanx.cluster.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.ledger.Call.Ask;
import io.phalanx.cluster.ledger.Call.Give;
import io.phalanx.cluster.ledger.Call.Keep;
import io.phalanx.cluster.ledger.Call.Sealed;
import io.phalanx.cluster.ledger.Call.Shown;
import io.phalanx.cluster.ledger.Call.Tell;
import io.phalanx.cluster.ledger.Call.Try;
import io.phalanx.cluster.revision.RevisionEntry;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * Calls and what is answered to them, as bytes behind the number of their format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
final class CallFormat {
  /** More than the content of any revision. */
  private static final int MOST_BYTES = 256 << 20;

  private static final Bytes FORMAT = new Bytes("calls between members", 1);

  private CallFormat() {}

  static byte[] bytes(Call call) {
    return FORMAT.write(
        out -> {
          switch (call) {
            case Ask(Request request) -> {
              out.writeByte(1);
              block(out, LedgerFormat.bytes(request));
            }
            case Try(RevisionEntry entry, Sealed content) -> {
              out.writeByte(2);
              LedgerFormat.entry(out, entry);
              block(out, content.bytes());
            }
            case Keep(String hash, Sealed content) -> {
              out.writeByte(3);
              out.writeUTF(hash);
              block(out, content.bytes());
            }
            case Give(String hash) -> {
              out.writeByte(4);
              out.writeUTF(hash);
            }
            case Tell() -> out.writeByte(5);
            case Shown(long version) -> {
              out.writeByte(6);
              out.writeLong(version);
            }
          }
        });
  }

  static Call call(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          int kind = in.readByte();
          return switch (kind) {
            case 1 -> new Ask(LedgerFormat.request(block(in)));
            case 2 -> new Try(LedgerFormat.entry(in), new Sealed(block(in)));
            case 3 -> new Keep(in.readUTF(), new Sealed(block(in)));
            case 4 -> new Give(in.readUTF());
            case 5 -> new Tell();
            case 6 -> new Shown(in.readLong());
            default -> throw new IOException("this release does not know call " + kind);
          };
        });
  }

  /** Why something cannot be done; empty if it can, or was. */
  static byte[] objection(Optional<String> reason) {
    return FORMAT.write(out -> block(out, reason.orElse("").getBytes(UTF_8)));
  }

  static Optional<String> objection(byte[] bytes) {
    return FORMAT
        .read(bytes, in -> Optional.of(new String(block(in), UTF_8)))
        .filter(reason -> !reason.isEmpty());
  }

  static byte[] content(Optional<byte[]> sealed) {
    return FORMAT.write(out -> block(out, sealed.orElse(new byte[0])));
  }

  static Optional<byte[]> content(byte[] bytes) {
    return FORMAT.read(bytes, in -> Optional.of(block(in))).filter(given -> given.length > 0);
  }

  private static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] block(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST_BYTES) {
      throw new IOException("a block of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a block that is cut off");
    }
    return bytes;
  }
}
