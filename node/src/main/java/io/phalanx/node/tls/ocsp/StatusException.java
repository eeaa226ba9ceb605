package io.phalanx.node.tls.ocsp;

/** There is no response that a certificate could be shown with. */
final class StatusException extends Exception {
  private final Kind kind;

  /** Why there is none. */
  enum Kind {
    /** The issuer took the certificate back. */
    REVOKED,
    /** The responder does not know the certificate. */
    UNKNOWN,
    /** What it answered is no response that counts. */
    INVALID,
    /** It did not answer. */
    UNREACHABLE
  }

  StatusException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
