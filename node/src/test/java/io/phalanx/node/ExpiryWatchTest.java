package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.phalanx.node.acme.ListedCertificate;
import io.phalanx.node.logging.LogRecorder;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ExpiryWatchTest {
  private final Instant end =
      Instant.now().plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS);

  private final LogRecorder log = LogRecorder.of(ExpiryWatch.class);
  private final List<ListedCertificate> certificates = new ArrayList<>();
  private Instant now = end.minus(Duration.ofDays(1)).minusSeconds(1);
  private final ExpiryWatch watch = new ExpiryWatch(() -> now, () -> List.copyOf(certificates));

  @AfterEach
  void stop() {
    log.close();
  }

  private static ServerCertificate certificate(Instant end) {
    return TestCertificates.server(TestCertificates.until(end, Kind.P256, "a.test", "b.test"));
  }

  private static ListedCertificate given(Instant end) {
    ServerCertificate one = certificate(end);
    return ListedCertificate.given(List.copyOf(one.alternativeNames()), one.chain(), false);
  }

  private static ListedCertificate issued(Instant end, boolean isNeeded) {
    ServerCertificate one = certificate(end);
    return new ListedCertificate(
        Optional.of("le"),
        List.copyOf(one.alternativeNames()),
        one.chain(),
        false,
        isNeeded,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** What a look tells of. */
  private List<String> look() {
    log.clear();
    watch.look();
    assertThat(log.events()).allMatch(line -> line.getLevel() == Level.WARN);
    return log.lines();
  }

  @Test
  void itsEndIsToldADayBeforeAndWhenItCame() {
    certificates.add(given(end));
    watch.serve(names -> "of " + String.join(" ", names.stream().sorted().toList()));
    assertThat(look()).isEmpty();

    now = end.minus(Duration.ofDays(1));
    assertThat(look())
        .singleElement()
        .asString()
        .startsWith("the certificate for a.test, b.test (given, serial ")
        .endsWith("expires at " + end + " and is not renewed; it is for routers of a.test b.test");
    now = end.minusSeconds(1);
    assertThat(look()).isEmpty();

    now = end;
    assertThat(look()).singleElement().asString().contains("a.test, b.test", "expired at " + end);
    now = end.plus(Duration.ofDays(9));
    assertThat(look()).isEmpty();
  }

  @Test
  void oneThatIsRenewedInTimeIsNotTold() {
    certificates.add(issued(end, true));
    assertThat(look()).isEmpty();
    certificates.set(0, issued(end.plus(Duration.ofDays(90)), true));
    now = end;
    assertThat(look()).isEmpty();
  }

  @Test
  void oneOfAResolverIsToldWithItUnlessNobodyNeedsIt() {
    certificates.add(issued(end, false));
    now = end;
    assertThat(look()).isEmpty();
    certificates.add(issued(end, true));
    assertThat(look())
        .singleElement()
        .asString()
        .contains("(of certificate resolver le, serial ", "expired at " + end);
  }

  /** Its provider and the configuration have told it. */
  @Test
  void oneThatWasGivenWhenItHadExpiredIsNotToldAgain() {
    certificates.add(given(end));
    now = end;
    assertThat(look()).isEmpty();
  }
}
