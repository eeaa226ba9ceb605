package io.phalanx.it.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP and the files that settings name, whose names stay the same. */
class RereadingIT {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final char[] PASSWORD = "none".toCharArray();

  @TempDir private Path directory;

  private static Identity identity(String name) throws Exception {
    var pairs = KeyPairGenerator.getInstance("EC");
    pairs.initialize(256);
    return Identity.of(pairs.generateKeyPair(), name, "localhost");
  }

  private static HttpsServer server(Identity identity) throws Exception {
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(identity.certificate().getBytes(UTF_8)));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    store.setKeyEntry("own", identity.key(), PASSWORD, new Certificate[] {certificate});
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 100);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
    return server;
  }

  private static int status(Client client, int port) throws InterruptedException {
    try {
      return client.get(port, "/").statusCode();
    } catch (IOException _) {
      return 0;
    }
  }

  @Test
  void authoritiesThatWereExchangedAreTrustedAndBrokenOnesLeaveThoseBefore() throws Exception {
    Identity own = identity("own");
    Path authorities =
        Files.writeString(directory.resolve("ca.pem"), identity("other").certificate());
    HttpsServer server = server(own);
    int port = Ports.free(1).getFirst();
    Files.writeString(
        directory.resolve("routes.yml"),
        """
        http:
          routers: {app: {rule: "PathPrefix(`/`)", service: app}}
          services: {app: {loadBalancer: {servers: [{url: "https://localhost:%d"}]}}}
        """
            .formatted(server.getAddress().getPort()));
    try (var client = new Client();
        NodeProcess node =
            NodeProcess.start(
                directory.resolve("node"),
                List.of(
                    "--entryPoints.web.address=127.0.0.1:" + port,
                    "--serversTransport.rootCAs=" + authorities,
                    "--providers.file.filename=" + directory.resolve("routes.yml")))) {
      Eventually.holds("it is not trusted", LIMIT, () -> status(client, port) == 500);

      Files.writeString(authorities, own.certificate());
      node.signal("HUP");
      Eventually.holds("it is trusted", LIMIT, () -> status(client, port) == 204);

      Files.writeString(authorities, "no certificate");
      node.signal("HUP");
      Eventually.holds(
          "it says so",
          LIMIT,
          () -> node.log().contains("what this node is given stays as it was"));
      assertThat(node.log()).contains("serversTransport", authorities.toString());
      assertThat(status(client, port)).isEqualTo(204);
    } finally {
      server.stop(0);
    }
  }
}
