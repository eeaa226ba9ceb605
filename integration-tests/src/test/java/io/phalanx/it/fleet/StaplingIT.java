package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenSSL is shown beside a certificate whose responder is OpenSSL's. */
class StaplingIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String NONE = "OCSP response: no response sent";

  @TempDir private Path directory;

  private NodeProcess start(
      OcspResponder responder, Origin origin, int port, String engine, String ocsp)
      throws IOException {
    Path routes =
        SecureShop.routes(
            directory.resolve("routes.yml"), origin, responder.chain(), responder.key());
    Path settings =
        Files.writeString(
            directory.resolve("phalanx.yml"),
            """
            entryPoints: {web: {address: "127.0.0.1:%d"}}
            tls: {engine: %s}
            ocsp: %s
            providers: {file: {filename: "%s"}}
            """
                .formatted(port, engine, ocsp, routes));
    return NodeProcess.start(directory.resolve("node"), List.of("--configFile=" + settings));
  }

  /** What OpenSSL says of a connection that it makes. */
  private static String shown(int port, String version) throws IOException, InterruptedException {
    String said = SecureShop.connect(port, new byte[0], version, "-status");
    assertThat(said).containsPattern("subject=CN ?= ?shop.test");
    return said;
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsse", "conscrypt"})
  void aGoodCertificateIsShownWithItsRespondersWord(String engine) throws Exception {
    List<Integer> ports = Ports.free(2);
    try (Origin origin = Origin.start("origin");
        var client = new Client();
        var responder = new OcspResponder(directory.resolve("authority"), ports.get(1))) {
      responder.good();
      try (NodeProcess node = start(responder, origin, ports.get(0), engine, "{}")) {
        client.await(ports.get(0), "/plain", "origin", LIMIT);
        Eventually.becomes(
            LIMIT,
            () -> shown(ports.get(0), "-tls1_3"),
            said -> said.contains("OCSP Response Data"));

        for (String version : List.of("-tls1_2", "-tls1_3")) {
          assertThat(shown(ports.get(0), version))
              .contains("OCSP Response Status: successful", "Cert Status: good")
              .contains("Serial Number: 1234");
        }
        assertThat(node.log()).doesNotContain("OCSP");
      }
    }
  }

  @Test
  void withoutTheOptionNobodyIsAsked() throws Exception {
    List<Integer> ports = Ports.free(2);
    try (Origin origin = Origin.start("origin");
        var client = new Client();
        var responder = new OcspResponder(directory.resolve("authority"), ports.get(1))) {
      responder.good();
      try (NodeProcess _ = start(responder, origin, ports.get(0), "jsse", "false")) {
        client.await(ports.get(0), "/plain", "origin", LIMIT);
        assertThat(shown(ports.get(0), "-tls1_3")).contains(NONE);
      }
    }
  }

  @Test
  void oneThatWasRevokedIsToldAndShownWithoutAWord() throws Exception {
    List<Integer> ports = Ports.free(2);
    try (Origin origin = Origin.start("origin");
        var client = new Client();
        var responder = new OcspResponder(directory.resolve("authority"), ports.get(1))) {
      responder.revoked();
      try (NodeProcess node = start(responder, origin, ports.get(0), "jsse", "{}")) {
        client.await(ports.get(0), "/plain", "origin", LIMIT);
        Eventually.becomes(LIMIT, node::log, log -> log.contains("revoked since 2026-11-01"));
        assertThat(node.log())
            .contains("certificate for shop.test from " + responder.url() + ": it is revoked");
        assertThat(shown(ports.get(0), "-tls1_3")).contains(NONE);
      }
    }
  }

  /** Another responder is asked, which never answers. */
  @Test
  void handshakesDoNotWaitForAResponder() throws Exception {
    List<Integer> ports = Ports.free(2);
    try (Origin origin = Origin.start("origin");
        var client = new Client();
        var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var responder = new OcspResponder(directory.resolve("authority"), ports.get(1))) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      String ocsp = "{responderOverrides: {\"%s\": \"%s\"}}".formatted(responder.url(), url);
      try (NodeProcess node = start(responder, origin, ports.get(0), "jsse", ocsp)) {
        client.await(ports.get(0), "/plain", "origin", LIMIT);
        assertThat(shown(ports.get(0), "-tls1_3")).contains(NONE);
        Eventually.becomes(LIMIT, node::log, log -> log.contains("no answer within 10000 ms"));
        assertThat(node.log().lines().filter(line -> line.contains("OCSP")))
            .singleElement()
            .asString()
            .contains("shop.test", url);
        assertThat(shown(ports.get(0), "-tls1_3")).contains(NONE);
      }
    }
  }
}
