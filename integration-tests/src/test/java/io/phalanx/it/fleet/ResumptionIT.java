package io.phalanx.it.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenSSL comes back with a session, to the node that made it and to another one. */
class ResumptionIT {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"-tls1_2,TLSv1.2", "-tls1_3,TLSv1.3"})
  void whereJavaDoesHandshakesAnyNodeTakesASessionUpAgain(String option, String version)
      throws Exception {
    List<Integer> ports = Ports.free(4);
    try (Origin origin = Origin.start("origin")) {
      Path key = directory.resolve("fleet.key");
      FleetKey.generate().write(key);
      List<String> here =
          with(
              ports.get(0),
              ports.get(1),
              key,
              "--fleet.bootstrap=true",
              "--tls.engine=jsse",
              "--providers.file.filename=" + routes(origin));
      List<String> there =
          with(
              ports.get(2),
              ports.get(3),
              key,
              "--tls.engine=jsse",
              "--fleet.join=127.0.0.1:" + ports.get(0));
      try (var client = new Client();
          NodeProcess first = NodeProcess.start(directory.resolve("first"), here)) {
        client.await(ports.get(1), "/plain", "origin", START_LIMIT);
        try (NodeProcess _ = NodeProcess.start(directory.resolve("second"), there)) {
          client.await(ports.get(3), "/plain", "origin", START_LIMIT);

          assertThat(ask(ports.get(1), option, "-sess_out")).contains("New, " + version);
          assertThat(ask(ports.get(1), option, "-sess_in")).contains("Reused, " + version);
          assertThat(ask(ports.get(3), option, "-sess_in")).contains("Reused, " + version);
          assertThat(first.log()).doesNotContain("WARN");
        }
      }
    }
  }

  @Test
  void nativeHandshakesTakeUpTheNodesOwnSessions() throws Exception {
    int port = Ports.free(1).getFirst();
    try (Origin origin = Origin.start("origin");
        var client = new Client();
        NodeProcess node =
            NodeProcess.start(
                directory.resolve("alone"),
                List.of(
                    "--entryPoints.web.address=127.0.0.1:" + port,
                    "--providers.file.filename=" + routes(origin)))) {
      client.await(port, "/plain", "origin", START_LIMIT);

      assertThat(ask(port, "-tls1_3", "-sess_out")).contains("New, TLSv1.3");
      assertThat(ask(port, "-tls1_3", "-sess_in")).contains("Reused, TLSv1.3");
      assertThat(node.log()).contains("TLS: Conscrypt ");
    }
  }

  private static List<String> with(int member, int web, Path key, String... others) {
    var all = new ArrayList<>(List.of(others));
    all.add("--fleet.bind=127.0.0.1:" + member);
    all.add("--fleet.keyFile=" + key);
    all.add("--entryPoints.web.address=127.0.0.1:" + web);
    return all;
  }

  /** What OpenSSL says of its connection, which ends after one answer. */
  private String ask(int port, String version, String session)
      throws IOException, InterruptedException {
    Path sessions = directory.resolve("session.pem");
    String said =
        SecureShop.connect(port, REQUEST, version, "-ign_eof", session, sessions.toString());
    assertThat(said).contains("HTTP/1.1 200 OK");
    return said;
  }

  private Path routes(Origin origin) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    Identity identity = Identity.of(generator.generateKeyPair(), "shop", "shop.test");
    return SecureShop.routes(
        directory.resolve("routes.yml"),
        origin,
        Files.writeString(directory.resolve("shop.crt"), identity.certificate()),
        Files.writeString(directory.resolve("shop.key"), identity.keyText()));
  }
}
