package io.phalanx.it.benchmark;

/** What the upstream is asked for, and how long its answer is. */
enum Body {
  SMALL("/", 1024),
  LARGE("/1m.bin", 1 << 20),

  /** A message of 100 bytes each way. */
  CALL("/grpc.testing.TestService/UnaryCall", GrpcCall.ANSWER_LENGTH);

  private final String path;
  private final int length;

  Body(String path, int length) {
    this.path = path;
    this.length = length;
  }

  String path() {
    return path;
  }

  int length() {
    return length;
  }

  /** What is posted; empty for what is got. */
  byte[] payload() {
    return switch (this) {
      case SMALL, LARGE -> new byte[0];
      case CALL -> GrpcCall.request();
    };
  }
}
