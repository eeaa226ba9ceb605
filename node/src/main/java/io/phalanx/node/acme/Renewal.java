package io.phalanx.node.acme;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** When a certificate is renewed. */
final class Renewal {
  /** Below it a certificate is renewed when half of its life is over, else after two thirds. */
  private static final Duration SHORT_LIVED = Duration.ofDays(10);

  /** Of what is left to chance, so that not all that were issued at once are renewed at once. */
  private static final int CHANCES = 1 << 16;

  private Renewal() {}

  /**
   * @param hint the authority's, if it gave one: a moment in its window, the same on all members
   */
  static Instant at(X509Certificate certificate, Optional<Authority.Window> hint) {
    if (hint.isPresent()) {
      Duration window = Duration.between(hint.get().start(), hint.get().end());
      return hint.get().start().plus(window.multipliedBy(chance(certificate)).dividedBy(CHANCES));
    }
    Instant start = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(start, certificate.getNotAfter().toInstant());
    return life.compareTo(SHORT_LIVED) < 0
        ? start.plus(life.dividedBy(2))
        : start.plus(life.multipliedBy(2).dividedBy(3));
  }

  private static int chance(X509Certificate certificate) {
    return Math.floorMod(
        Arrays.hashCode(certificate.getSerialNumber().toByteArray()) * 0x9E3779B9, CHANCES);
  }
}
