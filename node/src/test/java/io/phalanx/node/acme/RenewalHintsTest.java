package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.acme.Authority.Window;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RenewalHintsTest {
  private static final X509Certificate ONE = certificate("a.test");
  private static final X509Certificate OTHER = certificate("b.test");

  private final RenewalHints hints = new RenewalHints();

  private static X509Certificate certificate(String name) {
    return TestStates.held(NOW, Duration.ofDays(90), name).certificate();
  }

  private static Optional<Window> window(Optional<Instant> again) {
    return Optional.of(
        new Window(NOW.plus(Duration.ofDays(60)), NOW.plus(Duration.ofDays(61)), again));
  }

  @Test
  void theAuthorityIsAskedAsOftenAsItWantsAtLeastEverySixHours() {
    assertThat(hints.isDue(ONE, NOW)).isTrue();
    hints.keep(ONE, window(Optional.of(NOW.plusSeconds(60))), NOW);
    assertThat(hints.isDue(ONE, NOW)).isFalse();
    assertThat(hints.isDue(ONE, NOW.plusSeconds(60))).isTrue();

    hints.keep(ONE, window(Optional.of(NOW.plus(Duration.ofDays(9)))), NOW);
    assertThat(hints.isDue(ONE, NOW.plus(Duration.ofHours(6)).minusMillis(1))).isFalse();
    assertThat(hints.isDue(ONE, NOW.plus(Duration.ofHours(6)))).isTrue();
  }

  @Test
  void whatIsNotHeldAnyMoreDoesNotHaveTheAuthorityBeAskedAgain() {
    hints.keep(ONE, window(Optional.of(NOW.plusSeconds(60))), NOW);
    hints.keep(OTHER, window(Optional.of(NOW.plusSeconds(600))), NOW);
    assertThat(hints.next(List.of(ONE, OTHER))).isEqualTo(NOW.plusSeconds(60));
    assertThat(hints.next(List.of(OTHER))).isEqualTo(NOW.plusSeconds(600));

    hints.retain(List.of(OTHER));
    assertThat(hints.window(ONE)).isEmpty();
    assertThat(hints.window(OTHER)).isPresent();
    assertThat(hints.next(List.of())).isEqualTo(Instant.MAX);
  }

  @Test
  void membersAreToldThemBySerialNumbers() {
    Map<BigInteger, Window> windows =
        Map.of(ONE.getSerialNumber(), window(Optional.empty()).orElseThrow());
    String name = HintsFormat.documentName("le");

    assertThat(HintsFormat.windows(Optional.of(Document.of(name, HintsFormat.bytes(windows)))))
        .isEqualTo(windows);
    assertThat(HintsFormat.windows(Optional.empty())).isEmpty();
    assertThat(HintsFormat.windows(Optional.of(Document.of(name, new byte[] {9})))).isEmpty();
  }
}
