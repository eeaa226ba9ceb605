package io.phalanx.node.http2;

/** What the peer did, after which nothing more can be said on the connection. */
final class ConnectionException extends Exception {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  ConnectionException(ErrorCode code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  static ConnectionException protocol(String reason) {
    return new ConnectionException(ErrorCode.PROTOCOL_ERROR, reason);
  }

  static ConnectionException flood(String what) {
    return new ConnectionException(ErrorCode.ENHANCE_YOUR_CALM, "too many " + what);
  }

  ErrorCode code() {
    return code;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
