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

  /**
   * At least so long, or a tenth of a life, is between two orders, whatever a hint or a wrong clock
   * says: nothing else would end them.
   */
  static final Duration REST = Duration.ofHours(1);

  /** How often the authority is asked for its hint, if it does not say. */
  private static final Duration USUAL_LOOK = Duration.ofHours(6);

  /** Whatever it says (RFC 9773, section 4.3). */
  private static final Duration SHORTEST_LOOK = Duration.ofMinutes(1);

  private Renewal() {}

  /**
   * When the authority is asked for its hint again.
   *
   * @param wanted by the authority
   */
  static Instant lookAgain(Instant now, Optional<Instant> wanted) {
    Instant usual = now.plus(USUAL_LOOK);
    Instant first = now.plus(SHORTEST_LOOK);
    return wanted.filter(usual::isAfter).map(one -> one.isAfter(first) ? one : first).orElse(usual);
  }

  /** How long a certificate that has just come is not renewed. */
  static Duration rest(X509Certificate certificate) {
    Duration tenth =
        Duration.between(
                certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant())
            .dividedBy(10);
    return tenth.compareTo(REST) < 0 ? tenth : REST;
  }

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
