package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that live for less than a minute, of an authority that gives no hints. */
class RenewalIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration LIFE = Duration.ofSeconds(24);

  @TempDir private Path directory;

  @Test
  void aCertificateIsRenewedAtHalfOfItsLifeWhileItIsServed() throws Exception {
    List<Integer> ports = Ports.free(2);
    var layout =
        new ResolverNode(
            directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), List.of());
    var shortLived =
        new Pebble.Making(
            Optional.empty(),
            Map.of("PEBBLE_VA_NOSLEEP", "1"),
            // The second is for a recent one.
            """
            , "certificateValidityPeriod": %1$d,
            "profiles": {"default": {"description": "brief", "validityPeriod": %1$d}}\
            """
                .formatted(LIFE.toSeconds()));
    try (Origin origin = Origin.start("origin");
        var authority =
            new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1), shortLived)
                .start();
        var gate = new Gate(authority)) {
      gate.inject(RenewalIT::knowsNoHint);
      var routes = new Routes(directory.resolve("routes.yml"), origin);
      routes.want("web", "brief");
      Site site = layout.site("brief.test");
      try (NodeProcess node = layout.start(gate, routes.file())) {
        Eventually.holds("the first one", LIMIT, site::isIssued);
        X509Certificate first = site.shown();
        assertThat(life(first)).isLessThan(LIFE.plusSeconds(2));
        try (var watch = new Watch(site)) {
          X509Certificate second = next(site, first);
          X509Certificate third = next(site, second);
          assertThat(third.getNotBefore()).isAfter(second.getNotBefore());
          Instant half = first.getNotBefore().toInstant().plus(life(first).dividedBy(2));
          assertThat(second.getNotBefore().toInstant()).isAfter(half.minusSeconds(2));
          assertThat(watch.stop()).as("handshakes and answers in between").isEmpty();
          assertThat(watch.count()).isGreaterThan(10);
        }
        assertThat(authority.issued()).isEqualTo(3);
        assertThat(node.log()).doesNotContain("ERROR").doesNotContain("cannot be used now");
      }
    }
  }

  private static boolean knowsNoHint(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().contains("renewalInfo")) {
      return false;
    }
    exchange.sendResponseHeaders(404, -1);
    return true;
  }

  private static Duration life(X509Certificate certificate) {
    return Duration.between(
        certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
  }

  private static X509Certificate next(Site site, X509Certificate before) throws Exception {
    BigInteger serial = before.getSerialNumber();
    Eventually.holds("the next one", LIMIT, () -> !site.shown().getSerialNumber().equals(serial));
    return site.shown();
  }
}
