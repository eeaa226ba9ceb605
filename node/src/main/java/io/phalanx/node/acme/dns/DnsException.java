package io.phalanx.node.acme.dns;

import java.time.Instant;
import java.util.Optional;

/** A record is not what it is to be. The message has the words of who refused, and no secret. */
public final class DnsException extends Exception {
  private final transient Optional<Instant> until;

  public DnsException(String message) {
    this(message, Optional.empty());
  }

  /**
   * @param until when it may be asked again, if it said so
   */
  DnsException(String message, Optional<Instant> until) {
    super(message);
    this.until = until;
  }

  public Optional<Instant> until() {
    return until;
  }
}
