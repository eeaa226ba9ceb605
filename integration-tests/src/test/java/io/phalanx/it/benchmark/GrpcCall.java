package io.phalanx.it.benchmark;

import java.nio.ByteBuffer;
import java.util.List;

/** {@code UnaryCall} of gRPC's interop service, written by hand for a client that knows no gRPC. */
final class GrpcCall {
  static final List<String> HEADERS = List.of("content-type: application/grpc", "te: trailers");

  private static final int PAYLOAD = 100;
  private static final int PREFIX = 5;
  private static final int MESSAGE_HEAD = 4;

  /** Prefix, field {@code payload}, in it {@code body}, and in that what was asked for. */
  static final int ANSWER_LENGTH = PREFIX + MESSAGE_HEAD + PAYLOAD;

  private GrpcCall() {}

  /** Prefix (not compressed, length), and {@code SimpleRequest} with a size and a payload. */
  static byte[] request() {
    int length = 2 + MESSAGE_HEAD + PAYLOAD;
    return ByteBuffer.allocate(PREFIX + length)
        .put((byte) 0)
        .putInt(length)
        .put(new byte[] {0x10, PAYLOAD}) // response_size
        .put(new byte[] {0x1a, PAYLOAD + 2, 0x12, PAYLOAD}) // payload, body
        .array();
  }
}
