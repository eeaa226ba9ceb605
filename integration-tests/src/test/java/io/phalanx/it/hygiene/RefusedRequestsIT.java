package io.phalanx.it.hygiene;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that two parsers might read differently get a 4xx or 501, their connection is closed,
 * and no server sees them.
 */
class RefusedRequestsIT {
  @TempDir private static Path directory;

  private static Origin origin;
  private static NodeProcess node;
  private static int port;

  @BeforeAll
  static void startNode() throws Exception {
    origin = Origin.start("origin");
    port = Ports.free(1).getFirst();
    Files.writeString(
        directory.resolve("routes.yml"),
        "http:\n"
            + "  routers: {app: {rule: \"PathPrefix(`/`)\", service: app}}\n"
            + "  services: {app: {loadBalancer: {servers: [{url: \""
            + origin.url()
            + "\"}]}}}\n");
    node =
        NodeProcess.start(
            directory.resolve("node"),
            List.of(
                "--entryPoints.web.address=127.0.0.1:" + port,
                "--entryPoints.web.http.maxHeaderBytes=16384",
                "--providers.file.filename=" + directory.resolve("routes.yml")));
    try (Client client = new Client()) {
      client.await(port, "/", "origin", Duration.ofSeconds(30));
    }
  }

  @AfterAll
  static void end() {
    node.close();
    origin.close();
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of(
            "both lengths",
            "POST / HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Content-Length: 3\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n"),
        Arguments.of(
            "two lengths",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
        Arguments.of(
            "a length with a sign", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc"),
        Arguments.of(
            "a foreign coding",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "two codings",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of(
            "a coding before HTTP/1.1",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Arguments.of("a bare LF", "GET / HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n"),
        Arguments.of("a bare CR", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\rc\r\n\r\n"),
        Arguments.of("a NUL", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n"),
        Arguments.of("a blank before the colon", "GET / HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n"),
        Arguments.of(
            "a head that is too long",
            "GET / HTTP/1.1\r\nHost: a\r\nX-A: " + "b".repeat(20_000) + "\r\n\r\n"),
        Arguments.of(
            "too many lines", "GET / HTTP/1.1\r\nHost: a\r\n" + "X-A: b\r\n".repeat(300) + "\r\n"),
        Arguments.of("a method that is no token", "G@T / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Arguments.of("no host", "GET / HTTP/1.1\r\n\r\n"),
        Arguments.of("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        Arguments.of("a host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void isRefusedAndItsConnectionClosed(String what, String request) throws IOException {
    long before = origin.requests();
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();

      String answer = allOf(socket);

      assertThat(answer).as(what).matches("(?s)HTTP/1\\.[01] (4|501).*");
    }
    assertThat(origin.requests()).as("requests that reached the server").isEqualTo(before);
  }

  /** Everything up to the end of the connection, which must come. */
  private static String allOf(Socket socket) throws IOException {
    var out = new StringBuilder();
    byte[] buffer = new byte[4096];
    try {
      int read = socket.getInputStream().read(buffer);
      while (read >= 0) {
        out.append(new String(buffer, 0, read, ISO_8859_1));
        read = socket.getInputStream().read(buffer);
      }
    } catch (SocketException _) {
      // A reset ends it as well.
    }
    return out.toString();
  }
}
