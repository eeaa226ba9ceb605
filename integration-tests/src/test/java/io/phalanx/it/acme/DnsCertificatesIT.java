package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that a fleet of three gets by records of a real BIND. */
class DnsCertificatesIT {
  private static final int NODES = 3;
  private static final String CHALLENGE = "_acme-challenge." + Bind.ZONE;

  @TempDir private Path directory;

  private Origin origin;
  private Bind names;
  private Pebble authority;
  private CertificateFleet fleet;

  @BeforeEach
  void startFleet() throws Exception {
    List<Integer> ports = Ports.free(2);
    origin = Origin.start("origin");
    names = new Bind(directory.resolve("bind"));
    authority =
        new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1))
            .startAsking(names.port());
    fleet =
        CertificateFleet.start(
            directory.resolve("fleet"), authority, ports, 1, NODES, origin.url(), resolver());
  }

  private List<String> resolver() {
    String acme = "--certificatesResolvers.dns.acme.";
    String challenge = acme + "dnsChallenge.";
    String server = "127.0.0.1:" + names.port();
    return List.of(
        acme + "caServer=" + authority.url(),
        acme + "caCertificates=" + authority.certificate(),
        acme + "email=ops@example.org",
        acme + "keyType=EC256",
        challenge + "provider=rfc2136",
        challenge + "resolvers=" + server,
        challenge + "propagation.requireAllRNS=true",
        challenge + "propagation.nameServers=" + server,
        challenge + "variables.RFC2136_NAMESERVER=" + server,
        challenge + "variables.RFC2136_TSIG_FILE=" + names.keyFile(),
        challenge + "variables.RFC2136_POLLING_INTERVAL=1");
  }

  @AfterEach
  void endAll() {
    authority.close();
    names.close();
    origin.close();
    fleet.close();
  }

  /**
   * @param domains of a router, as YAML has them
   */
  private void serve(String domains) throws Exception {
    fleet.serveDomains("dns", domains);
  }

  private String logs() {
    return authority.log() + names.log() + fleet.log();
  }

  private void awaitGone(String name) throws Exception {
    try {
      Eventually.holds(
          "no record at " + name, CertificateFleet.LIMIT, () -> names.texts(name).isEmpty());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + '\n' + logs(), e);
    }
  }

  @Test
  void aNameAndItsWildcardAreServedByAllAndTheirRecordsAreGone() throws Exception {
    serve("[{main: %1$s, sans: ['*.%1$s']}]".formatted(Bind.ZONE));

    assertThat(fleet.awaitEverywhere("any." + Bind.ZONE)).isLessThan(Duration.ofSeconds(1));
    awaitGone(CHALLENGE);
    var serials = new TreeSet<String>();
    for (ResolverNode node : fleet.all()) {
      X509Certificate shown = node.site("any." + Bind.ZONE).shown();
      serials.add(shown.getSerialNumber().toString(16));
      assertThat(shown.getSubjectAlternativeNames())
          .extracting(name -> name.get(1).toString())
          .containsExactlyInAnyOrder(Bind.ZONE, "*." + Bind.ZONE);
      assertThat(node.site(Bind.ZONE).shown()).isEqualTo(shown);
      assertThat(node.site("any." + Bind.ZONE).status()).isEqualTo("HTTP/1.1 200 OK");
    }
    assertThat(serials).as("the same certificate everywhere").hasSize(1);
    assertThat(authority.issued()).isEqualTo(1);
    assertThat(names.log())
        .as("two values, set and removed")
        .contains("signer \"phalanx\" approved");
    fleet
        .nodes()
        .forEach(
            node ->
                assertThat(node.log())
                    .doesNotContain("ERROR")
                    .doesNotContain("no certificate for")
                    .doesNotContain("is not removed"));

    // What the wildcard covers is not ordered; what leads elsewhere by a CNAME is.
    serve(
        "[{main: %1$s, sans: ['*.%1$s']}, {main: x.%1$s}, {main: '*.alias.%1$s'}]"
            .formatted(Bind.ZONE));
    fleet.awaitEverywhere("x.alias." + Bind.ZONE);
    awaitGone("alias.challenges." + Bind.ZONE);
    assertThat(authority.issued()).isEqualTo(2);
  }

  @Test
  void theNextHolderGoesOnAndRemovesTheRecords() throws Exception {
    serve("[{main: '*.%s'}]".formatted(Bind.ZONE));
    String set = "record " + CHALLENGE + " is set";
    Eventually.holds(
        "a record",
        CertificateFleet.LIMIT,
        () -> fleet.nodes().stream().anyMatch(node -> node.log().contains(set)));
    fleet.nodes().stream()
        .filter(node -> node.log().contains(set))
        .findFirst()
        .orElseThrow()
        .kill();

    fleet.awaitEverywhere("any." + Bind.ZONE);
    awaitGone(CHALLENGE);
    assertThat(authority.issued()).isEqualTo(1);
    long orders = logs().lines().filter(line -> line.contains("ordered as")).count();
    assertThat(orders).isEqualTo(1);
    Eventually.becomes(
        CertificateFleet.LIMIT,
        this::logs,
        logs -> logs.contains("record " + CHALLENGE + " is removed"));
  }
}
