package io.phalanx.node.tls;

import java.time.Instant;
import java.time.InstantSource;

/**
 * A responder's statement that a certificate is good, which handshakes carry beside it (RFC 6066,
 * section 8). Immutable.
 */
public final class Staple {
  private final byte[] response;
  private final Instant until;
  private final InstantSource clock;

  /**
   * @param response in DER (RFC 6960), as the responder signed it
   * @param until from when on it is not shown any more
   */
  public Staple(byte[] response, Instant until, InstantSource clock) {
    this.response = response.clone();
    this.until = until;
    this.clock = clock;
  }

  public Instant until() {
    return until;
  }

  boolean isOver() {
    return !clock.instant().isBefore(until);
  }

  byte[] response() {
    return response.clone();
  }
}
