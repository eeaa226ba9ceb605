package io.phalanx.it.fleet;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TrustEveryone;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that has no certificate file of its own serves what another one read. */
class FleetTlsIT {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";

  @TempDir private Path directory;

  @Test
  void certificatesTravelToNodesWithoutTheirFilesAndAreReplacedUnderOpenConnections()
      throws Exception {
    List<Integer> ports = Ports.free(4);
    try (Origin origin = Origin.start("origin")) {
      certificate("first");
      Files.writeString(directory.resolve("routes.yml"), routes(origin));
      Path key = directory.resolve("fleet.key");
      FleetKey.generate().write(key);
      try (NodeProcess reader =
          NodeProcess.start(
              directory.resolve("reader"),
              List.of(
                  "--fleet.bind=127.0.0.1:" + ports.get(0),
                  "--fleet.bootstrap=true",
                  "--fleet.keyFile=" + key,
                  "--entryPoints.web.address=127.0.0.1:" + ports.get(1),
                  "--providers.providersThrottleDuration=100ms",
                  "--providers.file.filename=" + directory.resolve("routes.yml")))) {
        await(ports.get(1), "first", reader);
        try (NodeProcess other =
            NodeProcess.start(
                directory.resolve("other"),
                List.of(
                    "--fleet.bind=127.0.0.1:" + ports.get(2),
                    "--fleet.join=127.0.0.1:" + ports.get(0),
                    "--fleet.keyFile=" + key,
                    "--entryPoints.web.address=127.0.0.1:" + ports.get(3)))) {
          await(ports.get(3), "first", other);
          try (SSLSocket open = connect(ports.get(3))) {
            assertThat(ask(open)).startsWith("HTTP/1.1 200 ");

            certificate("second");
            await(ports.get(3), "second", other);
            await(ports.get(1), "second", reader);

            assertThat(ask(open)).startsWith("HTTP/1.1 200 ");
          }
          assertThat(other.log()).doesNotContain("ERROR");
        }
      }
    }
  }

  private String routes(Origin origin) {
    return """
    http:
      routers: {shop: {rule: "Host(`shop.test`)", service: app, tls: {}}}
      services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
    tls: {certificates: [{certFile: %2$s/shop.crt, keyFile: %2$s/shop.key}]}
    """
        .formatted(origin.url(), directory);
  }

  private static void await(int port, String name, NodeProcess node) throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    String last = "nothing";
    while (System.nanoTime() < end) {
      try (SSLSocket socket = connect(port)) {
        var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        last = shown.getSubjectX500Principal().getName();
        if (last.equals("CN=" + name) && ask(socket).startsWith("HTTP/1.1 200 ")) {
          return;
        }
      } catch (IOException e) {
        last = e.toString();
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("shown: " + last + "\n" + node.log());
  }

  /** The head of the answer to one request. */
  private static String ask(SSLSocket socket) throws IOException {
    socket.getOutputStream().write(REQUEST.getBytes(US_ASCII));
    var head = new StringBuilder();
    while (head.indexOf("origin") < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new IOException("the connection ended behind: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static SSLSocket connect(int port) throws IOException {
    var plain = new Socket("127.0.0.1", port);
    plain.setSoTimeout(10_000);
    var socket =
        (SSLSocket)
            TrustEveryone.context().getSocketFactory().createSocket(plain, "shop.test", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("shop.test")));
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private void certificate(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    Identity identity = Identity.of(generator.generateKeyPair(), name, "shop.test");
    Files.writeString(directory.resolve("shop.crt"), identity.certificate());
    Files.writeString(directory.resolve("shop.key"), identity.keyText());
  }
}
