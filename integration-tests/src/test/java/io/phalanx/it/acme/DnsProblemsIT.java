package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of records when no certificate comes of them, with two real BINDs. */
class DnsProblemsIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String REFUSED = "refused." + Bind.ZONE;
  private static final String UNSEEN = "unseen." + Bind.ZONE;

  @TempDir private Path directory;

  private static List<String> resolver(String name, Pebble authority, Bind names, Path key) {
    String acme = "--certificatesResolvers." + name + ".acme.";
    String server = "127.0.0.1:" + names.port();
    return List.of(
        acme + "caServer=" + authority.url(),
        acme + "caCertificates=" + authority.certificate(),
        acme + "keyType=EC256",
        acme + "dnsChallenge.provider=rfc2136",
        acme + "dnsChallenge.resolvers=" + server,
        acme + "dnsChallenge.propagation.nameServers=" + server,
        acme + "dnsChallenge.variables.RFC2136_NAMESERVER=" + server,
        acme + "dnsChallenge.variables.RFC2136_TSIG_FILE=" + key);
  }

  private Path routes(Origin origin) throws Exception {
    return Files.writeString(
        directory.resolve("routes.yml"),
        """
        http:
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
          routers:
            unseen: {rule: "Host(`%s`)", service: app, tls: {certResolver: dns}}
            refused: {rule: "Host(`%s`)", service: app, tls: {certResolver: wrong}}
            wild: {rule: "Host(`x.test`)", service: app, tls: {certResolver: web, domains: [{main: '*.x.test'}]}}
        """
            .formatted(origin.url(), UNSEEN, REFUSED));
  }

  @Test
  void areToldAndLeaveNoRecord() throws Exception {
    List<Integer> ports = Ports.free(2);
    try (Origin origin = Origin.start("origin");
        var names = new Bind(directory.resolve("bind"));
        // It has another key, and the authority asks it.
        var others = new Bind(directory.resolve("others"));
        var authority = new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1))) {
      authority.startAsking(others.port());
      var further = new ArrayList<>(resolver("dns", authority, names, names.keyFile()));
      further.addAll(resolver("wrong", authority, names, others.keyFile()));
      var layout =
          new ResolverNode(
              directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), further);
      try (NodeProcess node = layout.start(authority, routes(origin))) {
        Eventually.becomes(
            LIMIT,
            node::log,
            log -> log.contains("no certificate for " + UNSEEN + " (1. attempt)"));
        Eventually.becomes(
            LIMIT,
            node::log,
            log -> log.contains("record _acme-challenge." + UNSEEN + " is removed"));
        assertThat(names.texts("_acme-challenge." + UNSEEN)).isEmpty();
        assertThat(names.log()).contains("adding an RR at '_acme-challenge." + UNSEEN + "' TXT");

        Eventually.becomes(
            LIMIT,
            node::log,
            log -> log.contains("no certificate for " + REFUSED + " (1. attempt)"));
        assertThat(node.log())
            .contains(
                "dnsChallenge: name server 127.0.0.1:"
                    + names.port()
                    + " refuses the update: NOTAUTH (BADSIG)")
            .contains("*.x.test", "a dnsChallenge, which certificate resolver \"web\" has not")
            .doesNotContain(others.secret())
            .doesNotContain(names.secret());
        assertThat(authority.issued()).isZero();
      }
    }
  }
}
