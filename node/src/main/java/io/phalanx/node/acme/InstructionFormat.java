package io.phalanx.node.acme;

import static io.phalanx.node.acme.StateFormat.all;
import static io.phalanx.node.acme.StateFormat.block;
import static io.phalanx.node.acme.StateFormat.decoded;
import static io.phalanx.node.acme.StateFormat.encoded;
import static io.phalanx.node.acme.StateFormat.optional;

import io.phalanx.cluster.Bytes;
import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Instruction.Revoke;
import io.phalanx.node.tls.CertificateNeed;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;

/**
 * Instructions as the contents of documents, behind the number of their format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
final class InstructionFormat {
  private static final Bytes FORMAT = new Bytes("instructions for certificates", 1);
  private static final int RENEW = 1;
  private static final int REVOKE = 2;

  private InstructionFormat() {}

  static byte[] bytes(Instruction instruction) {
    return FORMAT.write(
        out -> {
          switch (instruction) {
            case Renew renew -> {
              out.writeByte(RENEW);
              need(out, renew.need());
              optional(out, renew.replaced(), serial -> block(out, serial.toByteArray()));
              out.writeInt(renew.failures());
            }
            case Revoke revoke -> {
              out.writeByte(REVOKE);
              need(out, revoke.need());
              encoded(out, revoke.certificate());
              out.writeByte(revoke.reason().code());
              optional(
                  out,
                  revoke.failed(),
                  failed -> {
                    out.writeInt(failed.times());
                    out.writeLong(failed.notBefore().toEpochMilli());
                    out.writeUTF(StateFormat.shortened(failed.reason()));
                  });
            }
          }
        });
  }

  static Instruction instruction(byte[] bytes) {
    return FORMAT.read(
        bytes,
        in -> {
          int kind = in.readByte();
          return switch (kind) {
            case RENEW ->
                new Renew(need(in), optional(in, () -> new BigInteger(block(in))), in.readInt());
            case REVOKE ->
                new Revoke(
                    need(in),
                    decoded(in),
                    reason(in.readByte()),
                    optional(
                        in,
                        () ->
                            new Failed(
                                in.readInt(), Instant.ofEpochMilli(in.readLong()), in.readUTF())));
            default -> throw new IOException("this release does not know instruction " + kind);
          };
        });
  }

  private static RevocationReason reason(int code) throws IOException {
    return RevocationReason.of(code)
        .orElseThrow(() -> new IOException("no reason for a revocation is " + code));
  }

  private static void need(DataOutputStream out, CertificateNeed need) throws IOException {
    out.writeUTF(need.resolver());
    all(out, need.names(), out::writeUTF);
  }

  private static CertificateNeed need(DataInputStream in) throws IOException {
    return new CertificateNeed(in.readUTF(), all(in, in::readUTF));
  }
}
