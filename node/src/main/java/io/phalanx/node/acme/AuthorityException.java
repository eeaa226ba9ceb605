package io.phalanx.node.acme;

import java.time.Instant;
import java.util.Optional;

/** An authority does not do what it was asked for. The message has its own words. */
final class AuthorityException extends Exception {
  /** What is to become of it. */
  enum Kind {
    /** It cannot be reached, or is out of order: nothing else can be asked of it now either. */
    UNREACHABLE,
    /** It grants no more for some time. */
    LIMITED,
    /** It knows the account no more: nothing can be asked of it before there is one again. */
    UNKNOWN,
    /** It refuses this, and the order is over. */
    REFUSED,
    /** This took too long, or its challenges are not ready; the order can be gone on with. */
    LATE
  }

  private final Kind kind;
  private final transient Optional<Instant> until;

  AuthorityException(Kind kind, String message) {
    this(kind, message, Optional.empty());
  }

  /**
   * @param until when it may be asked again, if it said so
   */
  AuthorityException(Kind kind, String message, Optional<Instant> until) {
    super(message);
    this.kind = kind;
    this.until = until;
  }

  Kind kind() {
    return kind;
  }

  /** Whether nothing else can be asked now either, until that is mended. */
  boolean isOfAll() {
    return kind == Kind.UNREACHABLE || kind == Kind.UNKNOWN;
  }

  Optional<Instant> until() {
    return until;
  }
}
