package io.phalanx.it.acme;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess.Outcome;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code phalanx cert} on a fleet of three, asked at a node that does not run the resolver. */
class CertCommandsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int NODES = 3;

  @TempDir private Path directory;

  private List<Integer> ports;
  private Origin origin;
  private Pebble authority;
  private CertificateFleet fleet;

  @BeforeEach
  void startFleet() throws Exception {
    ports = Ports.free(2);
    origin = Origin.start("origin");
    authority = new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1)).start();
    fleet = fleet("first", 1, NODES);
  }

  private CertificateFleet fleet(String name, int first, int size) throws Exception {
    return CertificateFleet.start(
        directory.resolve(name), authority, ports, first, size, origin.url(), List.of());
  }

  @AfterEach
  void endAll() {
    fleet.close();
    authority.close();
    origin.close();
  }

  private static String done(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome.text();
  }

  private static String refused(Outcome outcome, int code) {
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(code);
    return outcome.text();
  }

  private String metrics(int node) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://" + fleet.at(node).address() + ':' + ports.get(0) + "/metrics"))
              .timeout(Duration.ofSeconds(10))
              .build();
      return client.send(request, BodyHandlers.ofString()).body();
    }
  }

  @Test
  void anyNodeListsShowsRenewsAndRevokes() throws Exception {
    fleet.serve(Map.of("one", "web", "two", "secure"));
    BigInteger first = fleet.awaitOther("one.test", BigInteger.ZERO);
    fleet.awaitOther("two.test", BigInteger.ZERO);
    int asked = fleet.other("web");

    assertThat(done(fleet.command(asked, "cert", "list")))
        .contains(
            "one.test\n  resolver web, held\n  serial " + first.toString(16) + ", by CN=Pebble",
            "two.test\n  resolver secure, held",
            "renewed at 2",
            "given, the default");
    assertThat(done(fleet.command(asked, "cert", "list", "--json")))
        .contains("\"serial\" : \"" + first.toString(16) + '"', "\"state\" : \"held\"");
    assertThat(done(fleet.command(asked, "cert", "show", "one.test")))
        .contains("BEGIN CERTIFICATE")
        .doesNotContain("PRIVATE KEY")
        .doesNotContain("two.test");
    assertThat(refused(fleet.command(asked, "cert", "show", "three.test"), 1))
        .contains("there is no certificate \"three.test\"");

    assertThat(done(fleet.command(asked, "cert", "renew", "one.test"))).contains("ordered now");
    BigInteger second = fleet.awaitOther("one.test", first);
    assertThat(authority.issued()).isEqualTo(3);
    assertThat(authority.status(first.toString(16))).contains("Valid");

    assertThat(refused(fleet.command(asked, "cert", "revoke", "one.test", "--reason=mood"), 2))
        .contains("keyCompromise");
    done(fleet.command(asked, "cert", "revoke", "one.test", "--reason=keyCompromise"));
    fleet.awaitOther("one.test", second);
    assertThat(authority.status(second.toString(16))).contains("Revoked", "\"Reason\": 1");
    Eventually.becomes(
        LIMIT,
        () -> done(fleet.command(asked, "cert", "list")),
        list -> !list.contains("is to be"));
    assertThat(authority.issued()).isEqualTo(4);
    assertThat(metrics(fleet.holder("web")))
        .contains("phalanx_acme_orders_total{outcome=\"issued\",resolver=\"web\"} 3\n")
        .containsPattern("traefik_tls_certs_not_after\\{cn=\"[^\"]*\",sans=\"two.test\",serial=");
    assertThat(fleet.log()).doesNotContain("PRIVATE KEY").doesNotContain("ERROR");
  }

  @Test
  void aRenewalThatWasAskedForSurvivesTheDeathOfWhoRunsTheResolver() throws Exception {
    fleet.serve(Map.of("one", "web"));
    BigInteger first = fleet.awaitOther("one.test", BigInteger.ZERO);
    int holder = fleet.holder("web");
    int asked = fleet.other("web");
    authority.resolve("one.test", fleet.at(asked).address());
    authority.freeze();
    done(fleet.command(asked, "cert", "renew", "one.test"));
    fleet.node(holder).kill();
    assertThat(done(fleet.command(asked, "cert", "list"))).contains("is to be renewed now");
    authority.thaw();

    fleet.awaitOther("one.test", first);
    assertThat(authority.issued()).isEqualTo(2);
    Eventually.becomes(
        LIMIT,
        () -> done(fleet.command(asked, "cert", "list")),
        list -> !list.contains("is to be"));
  }

  /** A file with so many MiB of what is no certificate. */
  private Path large(int size) throws Exception {
    String junk = "%".repeat(1 << 20);
    String certificates =
        IntStream.range(0, size)
            .mapToObj(
                i ->
                    "{\"domain\": {\"main\": \"%d.test\"}, \"certificate\": \"%s\"}"
                        .formatted(i, junk))
            .collect(Collectors.joining(","));
    return Files.writeString(
        directory.resolve("large-" + size + ".json"),
        "{\"web\": {\"Certificates\": [" + certificates + "]}}");
  }

  @Test
  void whatOneFleetExportsAnotherOneServesWithoutAnOrder() throws Exception {
    Map<String, String> routers = Map.of("one", "web", "two", "secure");
    fleet.serve(routers);
    BigInteger one = fleet.awaitOther("one.test", BigInteger.ZERO);
    BigInteger two = fleet.awaitOther("two.test", BigInteger.ZERO);
    int asked = fleet.other("web");
    Path file = directory.resolve("acme.json");
    assertThat(refused(fleet.command(asked, "cert", "export", file.toString()), 2))
        .contains("--with-keys");
    assertThat(file).doesNotExist();
    done(fleet.command(asked, "cert", "export", "--with-keys", file.toString()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(refused(fleet.command(asked, "cert", "export", "--with-keys", file.toString()), 1))
        .contains("is there already");
    assertThat(fleet.log()).contains("exported all certificates").doesNotContain("PRIVATE KEY");
    fleet.close();
    long issued = authority.issued();

    try (CertificateFleet fresh = fleet("fresh", 4, 2)) {
      Path old = Files.writeString(directory.resolve("old.json"), "{\"Certificates\": []}");
      assertThat(refused(fresh.command(1, "cert", "import", old.toString()), 2))
          .contains("old.json is of Traefik 1", "Nothing was imported");
      assertThat(refused(fresh.command(1, "cert", "import", directory + "/none.json"), 2))
          .contains("there is no file");
      assertThat(done(fresh.command(1, "cert", "import", large(12).toString())))
          .contains("left out web: 11.test: certificate and key", "0 taken, 12 left out");
      assertThat(refused(fresh.command(1, "cert", "import", large(17).toString()), 2))
          .contains("is too large");
      assertThat(done(fresh.command(1, "cert", "import", file.toString())))
          .contains("taken    web: one.test: valid until", "taken    secure: two.test", "2 taken");
      assertThat(done(fresh.command(0, "cert", "import", file.toString())))
          .contains("left out web: one.test: the fleet has one that is valid as long", "0 taken");
      fresh.serve(routers);

      assertThat(fresh.awaitOther("one.test", BigInteger.ZERO)).isEqualTo(one);
      assertThat(fresh.awaitOther("two.test", BigInteger.ZERO)).isEqualTo(two);
      assertThat(done(fresh.command(0, "cert", "list")))
          .contains("one.test\n  resolver web, held", "renewed at 2");
      assertThat(authority.issued()).isEqualTo(issued);
      assertThat(fresh.log()).doesNotContain("ordered as").doesNotContain("PRIVATE KEY");
    }
  }
}
