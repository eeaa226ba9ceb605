package io.phalanx.it.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.NodeProcess.Outcome;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.TrustEveryone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The way of docs/upgrading.md to a release whose members do not speak with those before: a second
 * fleet starts with copies of the data directories of the first, beside it.
 */
class UpgradeIT {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final int AMOUNT = 19;
  private static final int USED = 7;

  @TempDir private Path directory;

  private final Client client = new Client();
  private final List<NodeProcess> nodes = new ArrayList<>();

  @AfterEach
  void endAll() {
    nodes.forEach(NodeProcess::close);
    client.close();
  }

  private NodeProcess start(FleetLayout fleet, String name, int node, boolean founds)
      throws IOException {
    NodeProcess started =
        fleet.start(
            node,
            founds,
            directory.resolve("fleet.key"),
            List.of(
                "--fleet.name=" + name,
                "--certificatesResolvers.web.acme.email=op@example.test",
                "--certificatesResolvers.web.acme.caServer=https://127.0.0.1:1/directory",
                "--certificatesResolvers.web.acme.tlsChallenge=true",
                "--providers.providersThrottleDuration=100ms",
                "--providers.file.filename=" + directory.resolve("routes.yml")));
    nodes.add(started);
    return started;
  }

  private void serve(Origin origin, String further) throws IOException {
    Files.writeString(
        directory.resolve("routes.yml"),
        """
        http:
          routers:
            ready: {rule: "Path(`/ready`)", service: app}
            secure: {rule: "Host(`one.test`)", service: app, tls: {certResolver: web}}
            counted: {rule: "Path(`/counted`)", service: app, middlewares: [counted]}
            %s
          middlewares: {counted: {quota: {amount: %d, period: 24h, kind: sliding}}}
          services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
        """
            .formatted(further, AMOUNT, origin.url()));
  }

  /** As Traefik keeps it. */
  private Path kept(Identity identity) throws IOException {
    return Files.writeString(
        directory.resolve("acme.json"),
        """
        {"web": {"Certificates": [{"domain": {"main": "one.test"}, "certificate": "%s", "key": "%s", "Store": "default"}]}}
        """
            .formatted(base64(identity.certificate()), base64(identity.keyText())));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String shown(int port) throws IOException {
    try (var socket =
        (SSLSocket) TrustEveryone.context().getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      var parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName("one.test")));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }

  private int passed(FleetLayout fleet, int count) throws Exception {
    int passed = 0;
    for (int i = 0; i < count; i++) {
      int status = client.get(fleet.port(i % 2), "/counted").statusCode();
      assertThat(status).isIn(200, 429);
      passed += status == 200 ? 1 : 0;
    }
    return passed;
  }

  private static String newest(FleetLayout fleet, int node) throws IOException {
    return fleet.ask(node, "config history").lines().toList().getLast();
  }

  private static void copy(Path from, Path to) throws Exception {
    Files.createDirectories(to.getParent());
    int status =
        new ProcessBuilder("cp", "-a", from.toString(), to.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(status).isZero();
  }

  @Test
  void aNewFleetGoesOnWithWhatTheOldOneHadWhileThatServes() throws Exception {
    FleetKey.generate().write(directory.resolve("fleet.key"));
    var pairs = KeyPairGenerator.getInstance("EC");
    pairs.initialize(256);
    Path kept = kept(Identity.of(pairs.generateKeyPair(), "carried over", "one.test"));
    var blue = new FleetLayout(directory.resolve("blue"), 2);
    var green = new FleetLayout(directory.resolve("green"), 2);
    try (Origin origin = Origin.start("here")) {
      serve(origin, "");
      for (int i = 0; i < 2; i++) {
        start(blue, "blue", i, i == 0);
        client.await(blue.port(i), "/ready", "here", START_LIMIT);
      }
      serve(origin, "more: {rule: \"Path(`/more`)\", service: app}");
      client.await(blue.port(1), "/more", "here", START_LIMIT);
      Outcome imported =
          NodeProcess.run(List.of("cert", "import", "--dataDir=" + blue.data(0), kept.toString()));
      assertThat(imported.text()).contains("1 taken");
      Eventually.holds(
          "it is shown", START_LIMIT, () -> shown(blue.port(1)).equals("CN=carried over"));
      assertThat(passed(blue, USED)).isEqualTo(USED);
      String revision = newest(blue, 0);

      for (int i = 0; i < 2; i++) {
        copy(blue.data(i), green.data(i));
      }
      for (int i = 0; i < 2; i++) {
        start(green, "green", i, false);
      }
      for (int i = 0; i < 2; i++) {
        client.await(green.port(i), "/ready", "here", START_LIMIT);
        int node = i;
        Eventually.becomes(
            START_LIMIT,
            () -> green.ask(node, "fleet status"),
            status -> status.contains("2 of 2"));
      }

      assertThat(newest(green, 0)).isEqualTo(revision);
      assertThat(newest(green, 1)).isEqualTo(revision);
      assertThat(client.get(green.port(0), "/more").body()).isEqualTo("here");
      assertThat(shown(green.port(0))).isEqualTo("CN=carried over");
      assertThat(shown(green.port(1))).isEqualTo("CN=carried over");
      var passed = new int[1];
      Eventually.holds(
          "what was left of the quota",
          START_LIMIT,
          () -> {
            passed[0] += passed(green, 2);
            return passed[0] >= AMOUNT - USED;
          });
      assertThat(passed[0] + passed(green, 40)).isEqualTo(AMOUNT - USED);

      assertThat(client.get(blue.port(0), "/ready").statusCode()).isEqualTo(200);
      assertThat(blue.ask(0, "fleet members")).contains(blue.name(1)).doesNotContain(green.name(0));
      // Their disks know them by their addresses in the old fleet.
      Eventually.becomes(
          START_LIMIT,
          () -> green.ask(0, "fleet members"),
          members ->
              members.contains(green.name(0))
                  && members.contains(green.name(1))
                  && !members.contains(blue.name(0))
                  && !members.contains(blue.name(1)));
      for (NodeProcess old : nodes.subList(0, 2)) {
        old.stop();
      }
      serve(origin, "later: {rule: \"Path(`/later`)\", service: app}");
      client.await(green.port(0), "/later", "here", START_LIMIT);
      client.await(green.port(1), "/later", "here", START_LIMIT);
      assertThat(newest(green, 0)).isNotEqualTo(revision);
    }
  }
}
