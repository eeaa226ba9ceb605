package io.phalanx.it.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TextFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Debian's Pebble does not have yet: hints for renewals (ARI), profiles; and accounts that the
 * authority knows already, other chains, addresses. Needs a recent Pebble in ~/go/bin, which is a
 * program in Go: where it is not installed these are left out with a line that says so, since a
 * build needs no Go.
 */
class RecentAuthorityIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String HINTS = "/draft-ietf-acme-ari-03/renewalInfo/";
  private static final Pattern REPLACEMENT = Pattern.compile("ARI: order \\S+ is a replacement of");
  private static final String EAB_KEY =
      "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

  @TempDir private Path directory;

  /** Where a recent Pebble is; tells if it is nowhere. */
  private static Optional<Path> recent() {
    Path folder = Path.of(System.getProperty("user.home", ""), "go", "bin");
    if (Files.isExecutable(folder.resolve("pebble"))) {
      return Optional.of(folder);
    }
    System.err.println(
        "a recent Pebble is left out: it is not in ~/go/bin. To have it: go install"
            + " github.com/letsencrypt/pebble/v2/cmd/pebble@latest");
    return Optional.empty();
  }

  /** An hour ago, as an authority says that wants to revoke all that it issued. */
  private static boolean repliesThatItIsOver(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().startsWith(HINTS)) {
      return false;
    }
    Instant start = Instant.now().minus(Duration.ofHours(1));
    String window =
        "{\"suggestedWindow\": {\"start\": \"%s\", \"end\": \"%s\"}}"
            .formatted(start, start.plusSeconds(1));
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Retry-After", "1");
    exchange.sendResponseHeaders(200, window.length());
    exchange.getResponseBody().write(window.getBytes(US_ASCII));
    return true;
  }

  private static Instant begin(Site site) throws IOException {
    return site.shown().getNotBefore().toInstant();
  }

  @Test
  void isRenewedWhenTheAuthorityWantsItButNotOneAfterTheOther() throws Exception {
    Optional<Path> program = recent();
    if (program.isEmpty()) {
      return;
    }
    List<Integer> ports = Ports.free(2);
    var layout =
        new ResolverNode(
            directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), List.of());
    var making =
        new Pebble.Making(
            program,
            Map.of("PEBBLE_VA_NOSLEEP", "1"),
            ", \"profiles\": {\"default\": {\"description\": \"brief\", \"validityPeriod\": 150}}");
    try (Origin origin = Origin.start("origin");
        var authority =
            new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1), making).start();
        var gate = new Gate(authority)) {
      gate.inject(RecentAuthorityIT::repliesThatItIsOver);
      var routes = new Routes(directory.resolve("routes.yml"), origin);
      routes.want("web", "hinted");
      Site site = layout.site("hinted.test");
      try (NodeProcess node = layout.start(gate, routes.file())) {
        Eventually.holds("the first one", LIMIT, site::isIssued);
        BigInteger first = site.shown().getSerialNumber();
        Instant begin = begin(site);

        try (var watch = new Watch(site)) {
          Eventually.holds(
              "the next one", LIMIT, () -> !site.shown().getSerialNumber().equals(first));
          assertThat(watch.stop()).isEmpty();
        }
        // A tenth of its life passes before, and by time alone it were half.
        assertThat(begin(site)).isBetween(begin.plusSeconds(13), begin.plusSeconds(60));
        assertThat(REPLACEMENT.matcher(authority.log()).results()).isNotEmpty();
        assertThat(node.log()).doesNotContain("ERROR");
      }
    }
  }

  @Test
  void profilesBoundAccountsOtherChainsAndAddresses() throws Exception {
    Optional<Path> program = recent();
    if (program.isEmpty()) {
      return;
    }
    List<Integer> ports = Ports.free(2);
    var making =
        new Pebble.Making(
            program,
            Map.of("PEBBLE_VA_NOSLEEP", "1", "PEBBLE_ALTERNATE_ROOTS", "2"),
            """
            , "externalAccountMACKeys": {"kid-1": "%s"},
            "profiles": {"default": {"description": "long", "validityPeriod": 7776000},
              "brief": {"description": "short", "validityPeriod": 86400}}\
            """
                .formatted(EAB_KEY),
            true);
    try (Origin origin = Origin.start("origin");
        var authority =
            new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1), making).start()) {
      String root = authority.rootName(2);
      var further = new ArrayList<String>();
      for (String resolver : List.of("web", "secure")) {
        String acme = "--certificatesResolvers." + resolver + ".acme.";
        further.add(acme + "eab.kid=kid-1");
        further.add(acme + "eab.hmacEncoded=" + EAB_KEY);
        further.add(acme + "profile=brief");
        further.add(acme + "preferredChain=" + root);
      }
      var layout =
          new ResolverNode(
              directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), further);
      Path routes = directory.resolve("routes.yml");
      TextFile.replace(
          routes,
          """
          http:
            services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
            routers:
              named: {rule: "Host(`named.test`)", service: app, tls: {certResolver: web}}
              address: {rule: "Host(`127.0.0.1`)", service: app, tls: {certResolver: secure}}
          """
              .formatted(origin.url()));
      try (NodeProcess node = layout.start(authority, routes)) {
        try {
          Eventually.holds("the named one", LIMIT, layout.site("named.test")::isIssued);
          Eventually.holds("both", LIMIT, () -> authority.issued() == 2);
        } catch (AssertionError e) {
          throw new AssertionError(e.getMessage() + '\n' + node.log() + authority.log(), e);
        }
        X509Certificate shown = layout.site("named.test").shown();
        assertThat(
                Duration.between(shown.getNotBefore().toInstant(), shown.getNotAfter().toInstant()))
            .isBetween(Duration.ofHours(23), Duration.ofHours(25));
        assertThat(layout.site("named.test").lastIssuer()).contains(root);
        Eventually.becomes(LIMIT, node::log, log -> log.contains("127.0.0.1 issued"));
        assertThat(node.log()).doesNotContain("ERROR").doesNotContain(EAB_KEY);
      }
    }
  }
}
