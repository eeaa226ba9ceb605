package io.phalanx.node.proxyprotocol;

import java.nio.ByteBuffer;
import java.util.Optional;

/** What a header begins with. */
final class Signature {
  private Signature() {}

  /** Whether {@code bytes} are the signature, or can become it, or neither. */
  static Optional<ProxyHeader> other(ByteBuffer bytes, byte[] signature) {
    int there = Math.min(bytes.remaining(), signature.length);
    for (int i = 0; i < there; i++) {
      if (bytes.get(i) != signature[i]) {
        return Optional.of(new ProxyHeader.Absent());
      }
    }
    return there < signature.length ? Optional.of(new ProxyHeader.Incomplete()) : Optional.empty();
  }
}
