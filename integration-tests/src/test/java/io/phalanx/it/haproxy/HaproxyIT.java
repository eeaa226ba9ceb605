package io.phalanx.it.haproxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the real HAProxy understands of the PROXY headers that a node sends. Where it is not
 * installed the test is left out with a line that says so, since a build needs no HAProxy.
 */
class HaproxyIT {
  private static final List<String> PROTOCOLS = List.of("http", "h2c", "https", "https-http1");
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)\r\n");

  @TempDir private Path directory;

  @Test
  void isToldTheAddressesOfEachClientByBothVersionsAndEveryProtocol() throws Exception {
    Optional<Path> program = Haproxy.program();
    if (program.isEmpty()) {
      System.err.println(
          "HaproxyIT is left out: there is no haproxy on the PATH. To have it: Debian's package"
              + " haproxy");
      return;
    }
    List<Integer> ports = Ports.free(4);
    int port = ports.get(3);
    Path routes = directory.resolve("routes.yml");
    Files.writeString(routes, routes(ports));
    try (Haproxy haproxy =
            Haproxy.start(program.get(), directory, ports.get(0), ports.get(1), ports.get(2));
        NodeProcess node =
            NodeProcess.start(
                directory.resolve("node"),
                List.of(
                    "--entryPoints.web.address=127.0.0.1:" + port,
                    "--ping.manualRouting=true",
                    "--providers.file.filename=" + routes));
        Client client = new Client()) {
      client.await(port, "/ready", "OK", Duration.ofMinutes(2));
      try (Socket one = connect(port);
          Socket other = connect(port)) {
        for (String protocol : PROTOCOLS) {
          for (String version : List.of("v1", "v2")) {
            for (Socket asking : List.of(one, other, one, other)) {
              String path = '/' + protocol + '/' + version;

              assertThat(ask(asking, path))
                  .as(() -> path + '\n' + node.log() + haproxy.log())
                  .isEqualTo("200 127.0.0.1 " + asking.getLocalPort() + " 127.0.0.1 " + port);
            }
          }
        }
        assertThat(ask(one, "/silent")).as(haproxy::log).startsWith("502 ");
      }
      assertThat(node.log()).doesNotContain("ERROR");
    }
  }

  private static String routes(List<Integer> ports) {
    var text = new StringBuilder("http:\n  routers:\n");
    text.append("    ready: {rule: Path(`/ready`), service: ping@internal}\n");
    text.append("    silent: {rule: Path(`/silent`), service: silent}\n");
    for (String protocol : PROTOCOLS) {
      for (String version : List.of("v1", "v2")) {
        text.append(
            "    %1$s-%2$s: {rule: Path(`/%1$s/%2$s`), service: %1$s-%2$s}%n"
                .formatted(protocol, version));
      }
    }
    text.append("  services:\n");
    text.append(service("silent", "http", ports, "silent"));
    for (String protocol : PROTOCOLS) {
      boolean http1 = protocol.endsWith("-http1");
      for (String version : List.of("v1", "v2")) {
        text.append(
            service(protocol + '-' + version, protocol, ports, version + (http1 ? "-http1" : "")));
      }
    }
    return text.append(
            """
              serversTransports:
                silent: {insecureSkipVerify: true}
                v1: {insecureSkipVerify: true, proxyProtocol: {version: 1}}
                v2: {insecureSkipVerify: true, proxyProtocol: {}}
                v1-http1: {insecureSkipVerify: true, disableHTTP2: true, proxyProtocol: {version: 1}}
                v2-http1: {insecureSkipVerify: true, disableHTTP2: true, proxyProtocol: {version: 2}}
            """)
        .toString();
  }

  private static String service(
      String name, String protocol, List<Integer> ports, String transport) {
    String scheme = protocol.replace("-http1", "");
    int port = ports.get(List.of("http", "h2c", "https").indexOf(scheme));
    return "    %s: {loadBalancer: {serversTransport: %s, servers: [{url: \"%s://127.0.0.1:%d\"}]}}%n"
        .formatted(name, transport, scheme, port);
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Status and body of the answer. */
  private static String ask(Socket client, String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: a.test\r\n\r\n";
    client.getOutputStream().write(request.getBytes(US_ASCII));
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = client.getInputStream().read();
      if (next < 0) {
        throw new EOFException(head.toString());
      }
      head.append((char) next);
    }
    Matcher length = LENGTH.matcher(head);
    assertThat(length.find()).as(head.toString()).isTrue();
    byte[] body = client.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
    return head.substring(9, 12) + ' ' + new String(body, US_ASCII);
  }
}
