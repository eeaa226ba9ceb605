package io.phalanx.node.entrypoint;

import java.nio.ByteBuffer;

/** Fatal alerts that are sent before there is an engine that would (RFC 8446, section 6). */
enum TlsAlert {
  DECODE_ERROR(50),
  INTERNAL_ERROR(80),
  UNRECOGNIZED_NAME(112),
  NO_APPLICATION_PROTOCOL(120);

  private final byte code;

  TlsAlert(int code) {
    this.code = (byte) code;
  }

  /** A record of its own. */
  ByteBuffer sent() {
    return ByteBuffer.wrap(new byte[] {21, 3, 3, 0, 2, 2, code});
  }
}
