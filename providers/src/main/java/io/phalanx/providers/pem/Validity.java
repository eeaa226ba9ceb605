package io.phalanx.providers.pem;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/** The time that a certificate is for (RFC 5280, section 4.1.2.5). */
public final class Validity {
  private Validity() {}

  /** What is wrong with it now, as the end of a sentence about it; empty if nothing is. */
  public static Optional<String> flaw(X509Certificate certificate, Instant now) {
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    if (!end.isAfter(now)) {
      return Optional.of("expired at " + end);
    }
    return begin.isAfter(now) ? Optional.of("is not valid before " + begin) : Optional.empty();
  }
}
