package io.phalanx.node.acme;

import io.phalanx.cluster.Bytes;
import io.phalanx.cluster.document.Documents;
import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.CertificateState.PlacedOrder;
import io.phalanx.node.tls.CertificateNeed;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Accounts and certificates as the contents of documents, behind the number of their format.
 *
 * <p>Reading throws {@link IllegalStateException} if the format is one that this release does not
 * know, or if the bytes are not what was written.
 */
final class StateFormat {
  private static final String CERTIFICATES = "certificates of resolvers";

  /** Without challenges by DNS, which releases before them read. */
  private static final Bytes BEFORE_DNS = new Bytes(CERTIFICATES, 1);

  private static final Bytes CERTIFICATE = new Bytes(CERTIFICATES, 2);
  private static final Bytes ACCOUNT = new Bytes("accounts of resolvers", 1);
  private static final int MAX_REASON = 1_000;

  private StateFormat() {}

  interface Writing<T> {
    void write(T value) throws IOException;
  }

  interface Reading<T> {
    T read() throws IOException;
  }

  static byte[] bytes(CertificateState state) {
    return format(state)
        .write(
            out -> {
              out.writeUTF(state.need().resolver());
              all(out, state.need().names(), out::writeUTF);
              optional(
                  out,
                  state.held(),
                  held -> {
                    all(out, held.chain(), certificate -> encoded(out, certificate));
                    key(out, held.key());
                  });
              optional(
                  out,
                  state.order(),
                  order -> {
                    out.writeUTF(order.location());
                    key(out, order.key());
                    all(out, order.challenges(), answer -> answer(out, answer));
                  });
              optional(
                  out,
                  state.failed(),
                  failed -> {
                    out.writeInt(failed.times());
                    out.writeLong(failed.notBefore().toEpochMilli());
                    out.writeUTF(shortened(failed.reason()));
                  });
            });
  }

  /** The oldest that says all of it. */
  private static Bytes format(CertificateState state) {
    boolean isByDns =
        state.order().stream()
            .flatMap(order -> order.challenges().stream())
            .anyMatch(answer -> answer.kind() == ChallengeKind.DNS_01);
    return isByDns ? CERTIFICATE : BEFORE_DNS;
  }

  static CertificateState certificate(byte[] bytes) {
    boolean isBefore = bytes.length > 0 && bytes[0] == BEFORE_DNS.number();
    return (isBefore ? BEFORE_DNS : CERTIFICATE)
        .read(
            bytes,
            in ->
                new CertificateState(
                    new CertificateNeed(in.readUTF(), all(in, in::readUTF)),
                    optional(in, () -> new Held(all(in, () -> decoded(in)), key(in))),
                    optional(
                        in,
                        () -> new PlacedOrder(in.readUTF(), key(in), all(in, () -> answer(in)))),
                    optional(
                        in,
                        () ->
                            new Failed(
                                in.readInt(), Instant.ofEpochMilli(in.readLong()), in.readUTF()))));
  }

  static byte[] bytes(AccountState account) {
    return ACCOUNT.write(
        out -> {
          out.writeUTF(account.server());
          key(out, account.key());
          optional(out, account.location(), out::writeUTF);
          optional(
              out,
              account.limited(),
              limited -> {
                out.writeLong(limited.until().toEpochMilli());
                out.writeUTF(shortened(limited.reason()));
              });
        });
  }

  static AccountState account(byte[] bytes) {
    return ACCOUNT.read(
        bytes,
        in ->
            new AccountState(
                in.readUTF(),
                key(in),
                optional(in, in::readUTF),
                optional(
                    in,
                    () ->
                        new AccountState.Limited(
                            Instant.ofEpochMilli(in.readLong()), in.readUTF()))));
  }

  static String shortened(String reason) {
    return reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
  }

  private static void answer(DataOutputStream out, ChallengeAnswer answer) throws IOException {
    out.writeByte(
        switch (answer.kind()) {
          case HTTP_01 -> 1;
          case TLS_ALPN_01 -> 2;
          case DNS_01 -> 3;
        });
    out.writeUTF(answer.name());
    out.writeUTF(answer.token());
    out.writeUTF(answer.authorization());
  }

  private static ChallengeAnswer answer(DataInputStream in) throws IOException {
    int code = in.readByte();
    ChallengeKind kind =
        switch (code) {
          case 1 -> ChallengeKind.HTTP_01;
          case 2 -> ChallengeKind.TLS_ALPN_01;
          case 3 -> ChallengeKind.DNS_01;
          default -> throw new IOException("this release does not know challenge " + code);
        };
    return new ChallengeAnswer(kind, in.readUTF(), in.readUTF(), in.readUTF());
  }

  private static void key(DataOutputStream out, KeptKey key) throws IOException {
    out.writeUTF(key.shown().getAlgorithm());
    block(out, key.shown().getEncoded());
    key.secret()
        .<Optional<Void>, IOException>lend(
            secret -> {
              block(out, secret);
              return Optional.empty();
            });
  }

  private static KeptKey key(DataInputStream in) throws IOException {
    try {
      return KeptKey.of(in.readUTF(), block(in), block(in));
    } catch (GeneralSecurityException e) {
      throw new IOException("a key that is none", e);
    }
  }

  static void encoded(DataOutputStream out, X509Certificate certificate) throws IOException {
    try {
      block(out, certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IOException("a certificate that is none", e);
    }
  }

  static X509Certificate decoded(DataInputStream in) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block(in)));
    } catch (GeneralSecurityException e) {
      throw new IOException("a certificate that is none", e);
    }
  }

  static <T> void optional(DataOutputStream out, Optional<T> value, Writing<T> writing)
      throws IOException {
    out.writeBoolean(value.isPresent());
    if (value.isPresent()) {
      writing.write(value.get());
    }
  }

  static <T> Optional<T> optional(DataInputStream in, Reading<T> reading) throws IOException {
    return in.readBoolean() ? Optional.of(reading.read()) : Optional.empty();
  }

  static <T> void all(DataOutputStream out, List<T> values, Writing<T> writing) throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      writing.write(value);
    }
  }

  static <T> List<T> all(DataInputStream in, Reading<T> reading) throws IOException {
    var values = new ArrayList<T>();
    for (int left = Bytes.count(in); left > 0; left--) {
      values.add(reading.read());
    }
    return values;
  }

  static void block(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static byte[] block(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > Documents.MAX_BYTES) {
      throw new IOException("a block of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a block that is cut off");
    }
    return bytes;
  }
}
