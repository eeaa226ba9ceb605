package io.phalanx.node.http2;

import java.io.IOException;

/** The stream is over before its end. */
public final class StreamResetException extends IOException {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  StreamResetException(ErrorCode code) {
    super("the stream was reset: " + code);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}
