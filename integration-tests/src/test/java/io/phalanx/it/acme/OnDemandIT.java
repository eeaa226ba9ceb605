package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates for names that no router has, of which a server allows those with {@code shop}. */
class OnDemandIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int PER_HOUR = 2;
  private static final int FLOOD = 300;

  @TempDir private Path directory;

  private final List<String> questions = new CopyOnWriteArrayList<>();

  private HttpServer startGuard() throws IOException {
    HttpServer guard =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    guard.createContext(
        "/may",
        exchange -> {
          String query = exchange.getRequestURI().getRawQuery();
          questions.add(query);
          exchange.sendResponseHeaders(query.startsWith("domain=shop") ? 204 : 404, -1);
          exchange.close();
        });
    guard.start();
    return guard;
  }

  private static List<String> rule(HttpServer guard) {
    String rule = "--certificatesResolvers.web.acme.onDemand.";
    return List.of(
        rule + "ask=http://127.0.0.1:" + guard.getAddress().getPort() + "/may",
        rule + "perHour=" + PER_HOUR);
  }

  private long asked(String name) {
    return questions.stream().filter(("domain=" + name)::equals).count();
  }

  @Test
  void areOrderedForNamesThatAreAllowedAndNoFloodGetsAround() throws Exception {
    List<Integer> ports = Ports.free(2);
    HttpServer guard = startGuard();
    var layout =
        new ResolverNode(
            directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), rule(guard));
    try (Origin origin = Origin.start("origin");
        var authority = new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1))) {
      authority.start();
      Path routes = directory.resolve("routes.yml");
      Files.writeString(
          routes,
          """
          http:
            services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
            routers:
              any: {rule: "HostRegexp(`^.+[.]test$`)", service: app, tls: {certResolver: web}}
          """
              .formatted(origin.url()));
      try (NodeProcess node = layout.start(authority, routes)) {
        Eventually.becomes(LIMIT, node::log, log -> log.contains("entry point secure listens"));
        Site shop = layout.site("shop-1.test");
        assertThat(shop.isIssued()).as("the first client sees the default one").isFalse();
        Eventually.holds("a certificate for it\n" + node.log(), LIMIT, shop::isIssued);
        assertThat(shop.status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(asked("shop-1.test")).isOne();

        Site other = layout.site("other.test");
        assertThat(other.isIssued()).isFalse();
        Eventually.holds("a question", LIMIT, () -> asked("other.test") == 1);
        for (int i = 0; i < FLOOD; i++) {
          assertThat(other.isIssued()).isFalse();
          assertThat(layout.site("x" + i + ".test").isIssued()).isFalse();
        }
        assertThat(asked("other.test")).isOne();

        // As many as are taken in within an hour, and no more.
        Site second = layout.site("shop-2.test");
        Eventually.holds("another certificate\n" + node.log(), LIMIT, second::isIssued);
        Site third = layout.site("shop-3.test");
        Eventually.holds(
            "a line that says so\n" + node.log(),
            LIMIT,
            () -> {
              assertThat(third.isIssued()).isFalse();
              return node.log().contains("shop-3.test: 2 names were taken in");
            });
        assertThat(third.isIssued()).isFalse();
        assertThat(authority.issued()).isEqualTo(PER_HOUR);
        NodeProcess.Outcome listed =
            NodeProcess.run(List.of("cert", "list", "--dataDir=" + layout.data()));
        assertThat(listed.text())
            .contains("shop-1.test\n  resolver web, held", "shop-2.test")
            .doesNotContain("other.test")
            .doesNotContain("shop-3.test");
        assertThat(node.log()).doesNotContain("ERROR");
        node.stop();
      }
    } finally {
      guard.stop(0);
    }
  }

  @Test
  void aFleetHasOneLimitAndEachNodeServesWhatOneOfThemWasAskedFor() throws Exception {
    List<Integer> ports = Ports.free(2);
    HttpServer guard = startGuard();
    try (Origin origin = Origin.start("origin");
        var authority =
            new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1)).start();
        CertificateFleet fleet =
            CertificateFleet.start(
                directory.resolve("fleet"), authority, ports, 1, 2, origin.url(), rule(guard))) {
      fleet.serveRule("HostRegexp(`^.+[.]test$`)");
      for (int i = 0; i < PER_HOUR; i++) {
        String name = "shop-" + i + ".test";
        Site asked = fleet.at(i % 2).site(name);
        Eventually.holds("a certificate\n" + fleet.log(), LIMIT, asked::isIssued);
        Site other = fleet.at((i + 1) % 2).site(name);
        Eventually.holds("the same elsewhere", LIMIT, other::isIssued);
        assertThat(other.shown()).isEqualTo(asked.shown());
        assertThat(asked(name)).isOne();
      }

      for (int node = 0; node < 2; node++) {
        Site third = fleet.at(node).site("shop-x.test");
        String log = "shop-x.test: 2 names were taken in";
        int here = node;
        Eventually.holds(
            "a line that says so\n" + fleet.log(),
            LIMIT,
            () -> {
              assertThat(third.isIssued()).isFalse();
              return fleet.node(here).log().contains(log);
            });
      }
      assertThat(authority.issued()).isEqualTo(PER_HOUR);
      assertThat(fleet.log()).doesNotContain("ERROR");
    } finally {
      guard.stop(0);
    }
  }
}
