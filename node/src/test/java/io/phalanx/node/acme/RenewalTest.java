package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RenewalTest {
  private static X509Certificate certificate(Duration life) {
    return TestStates.held(NOW, life, "a.test").certificate();
  }

  @Test
  void withoutAHintItIsAfterTwoThirdsOfTheLifeOrHalfOfAShortOne() {
    assertThat(Renewal.at(certificate(Duration.ofDays(90)), Optional.empty()))
        .isEqualTo(NOW.plus(Duration.ofDays(60)));
    assertThat(Renewal.at(certificate(Duration.ofDays(6)), Optional.empty()))
        .isEqualTo(NOW.plus(Duration.ofDays(3)));
  }

  @Test
  void withAHintItIsAMomentInItsWindowTheSameForAll() {
    Instant start = NOW.plus(Duration.ofDays(20));
    Instant end = start.plus(Duration.ofDays(2));
    var hint = Optional.of(new Authority.Window(start, end, Optional.empty()));
    Set<Instant> moments = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      X509Certificate certificate = certificate(Duration.ofDays(90));
      Instant at = Renewal.at(certificate, hint);
      assertThat(at).isBetween(start, end).isEqualTo(Renewal.at(certificate, hint));
      moments.add(at);
    }
    assertThat(moments).as("not all at once").hasSizeGreaterThan(10);
  }

  @Test
  void oneThatHasJustComeIsLeftAloneForAWhile() {
    assertThat(Renewal.rest(certificate(Duration.ofDays(90)))).isEqualTo(Duration.ofHours(1));
    assertThat(Renewal.rest(certificate(Duration.ofMinutes(10)))).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void pausesGrowUpToABound() {
    assertThat(Backoff.ORDERS.after(1)).isEqualTo(Duration.ofMinutes(1));
    assertThat(Backoff.ORDERS.after(3)).isEqualTo(Duration.ofMinutes(4));
    assertThat(Backoff.ORDERS.after(1_000_000)).isEqualTo(Duration.ofHours(6));
  }

  @Test
  void anAuthorityMayAskForAWeekAtMostAndNotForLessThanThePause() {
    assertThat(Backoff.ORDERS.after(1, NOW, Optional.of(NOW.plus(Duration.ofDays(2)))))
        .isEqualTo(NOW.plus(Duration.ofDays(2)));
    assertThat(Backoff.ORDERS.after(1, NOW, Optional.of(NOW.plus(Duration.ofDays(9000)))))
        .isEqualTo(NOW.plus(Duration.ofDays(7)));
    assertThat(Backoff.ORDERS.after(1, NOW, Optional.of(NOW.plusSeconds(1))))
        .isEqualTo(NOW.plus(Duration.ofMinutes(1)));
    assertThat(Backoff.ORDERS.after(1, NOW, Optional.empty()))
        .isEqualTo(NOW.plus(Duration.ofMinutes(1)));
  }

  @Test
  void hintsAreAskedForOnceAMinuteAtMostAndEverySixHoursAtLeast() {
    assertThat(Renewal.lookAgain(NOW, Optional.of(NOW))).isEqualTo(NOW.plus(Duration.ofMinutes(1)));
    assertThat(Renewal.lookAgain(NOW, Optional.of(NOW.plus(Duration.ofHours(1)))))
        .isEqualTo(NOW.plus(Duration.ofHours(1)));
    assertThat(Renewal.lookAgain(NOW, Optional.of(NOW.plus(Duration.ofDays(9)))))
        .isEqualTo(NOW.plus(Duration.ofHours(6)));
    assertThat(Renewal.lookAgain(NOW, Optional.empty())).isEqualTo(NOW.plus(Duration.ofHours(6)));
  }
}
