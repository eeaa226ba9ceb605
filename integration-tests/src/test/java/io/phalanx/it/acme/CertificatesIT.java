package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of a node on its own. */
class CertificatesIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir private Path directory;

  private static String router(String name, String resolver) {
    return "    %1$s: {rule: \"Host(`%1$s.test`)\", service: app, entryPoints: [web, secure],"
            .formatted(name)
        + " tls: {certResolver: "
        + resolver
        + "}}\n";
  }

  private Path routes(Origin origin, String routers) throws Exception {
    Path file = directory.resolve("routes.yml");
    Path next = directory.resolve("next.yml");
    Files.writeString(
        next,
        """
        http:
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
          routers:
        %s\
        """
            .formatted(origin.url(), routers));
    return Files.move(next, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static void awaitIssued(Site site, NodeProcess node, Pebble authority) throws Exception {
    try {
      Eventually.holds("a certificate for " + site.name(), LIMIT, site::isIssued);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + '\n' + node.log() + authority.log(), e);
    }
  }

  @Test
  void areOrderedOnceServedAtOnceAndStillThereWithoutTheAuthority() throws Exception {
    List<Integer> ports = Ports.free(2);
    var layout =
        new ResolverNode(
            directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), List.of());
    BigInteger serial;
    try (Origin origin = Origin.start("origin");
        var authority = new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1))) {
      Path routes = routes(origin, router("plain", "web") + router("shake", "secure"));
      authority.start();
      try (NodeProcess node = layout.start(authority, routes)) {
        awaitIssued(layout.site("plain.test"), node, authority);
        awaitIssued(layout.site("shake.test"), node, authority);
        assertThat(layout.site("plain.test").status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(layout.site("shake.test").status()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(layout.site("other.test").isIssued()).isFalse();
        serial = layout.site("plain.test").shown().getSerialNumber();
        assertThat(authority.issued()).isEqualTo(2);

        // A name that the certificate has already, and one that needs another.
        routes(
            origin,
            router("plain", "web")
                + router("shake", "secure")
                + router("more", "web")
                + "    path: {rule: \"Host(`plain.test`) && Path(`/x`)\", service: app,"
                + " tls: {certResolver: web}}\n");
        awaitIssued(layout.site("more.test"), node, authority);
        assertThat(authority.issued()).isEqualTo(3);
        assertThat(node.log()).doesNotContain("PRIVATE KEY").doesNotContain("ERROR");
        node.stop();
      }
      authority.stop();
      try (NodeProcess node = layout.start(authority, routes)) {
        awaitIssued(layout.site("plain.test"), node, authority);
        assertThat(layout.site("plain.test").shown().getSerialNumber()).isEqualTo(serial);
        assertThat(layout.site("more.test").isIssued()).isTrue();
        assertThat(authority.issued()).isEqualTo(3);
        node.stop();
      }
    }
    try (Stream<Path> files = Files.walk(layout.data())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("plain.test")
            .doesNotContain("PRIVATE KEY");
      }
    }
  }

  @Test
  void anAuthorityThatIsAwayIsToldOnceAndAskedLaterAndItsOwnErrorsAreShown() throws Exception {
    List<Integer> ports = Ports.free(3);
    var layout =
        new ResolverNode(
            directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), List.of());
    try (Origin origin = Origin.start("origin");
        // It asks where nobody answers for handshakes.
        var authority = new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(2))) {
      Path routes =
          routes(
              origin, router("plain", "web") + router("second", "web") + router("shake", "secure"));
      try (NodeProcess node = layout.start(authority, routes)) {
        Eventually.holds(
            "a line that says so", LIMIT, () -> node.log().contains("resolver web: https"));
        assertThat(node.log().lines().filter(line -> line.contains("resolver web: https")))
            .as("one line for all that wait")
            .hasSize(1);
        assertThat(layout.site("plain.test").isIssued()).isFalse();

        authority.start();
        awaitIssued(layout.site("plain.test"), node, authority);
        awaitIssued(layout.site("second.test"), node, authority);
        Eventually.becomes(
            LIMIT, node::log, log -> log.contains("no certificate for shake.test (1. attempt)"));
        assertThat(node.log().lines().filter(line -> line.contains("shake.test (1. attempt)")))
            .singleElement()
            .asString()
            .contains("shake.test: ", "tried again at");
        assertThat(authority.issued()).isEqualTo(2);
      }
    }
  }
}
