package io.phalanx.it.sockets;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.SocketActivation;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entry points on sockets that were opened before the node was started. */
class SocketActivationIT {
  @TempDir private Path directory;

  @Test
  void connectionsThatCameBeforeTheNodeAreServedByTheEntryPointOfTheirSocket() throws Exception {
    List<Integer> ports = Ports.free(4);
    try (Origin origin = Origin.start("origin")) {
      Files.writeString(directory.resolve("routes.yml"), routes(origin));
      Process process =
          activated(
              List.of("api=" + ports.get(0), "web=" + ports.get(1)),
              List.of(
                  "--entryPoints.web.address=127.0.0.1:" + ports.get(2),
                  "--entryPoints.api.address=127.0.0.1:" + ports.get(3),
                  "--dataDir=" + directory.resolve("data"),
                  "--providers.file.filename=" + directory.resolve("routes.yml")));
      try (Socket api = new Socket(InetAddress.getLoopbackAddress(), ports.get(0));
          Socket web = new Socket(InetAddress.getLoopbackAddress(), ports.get(1))) {
        String atApi = "GET /api HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        api.getOutputStream().write(atApi.getBytes(US_ASCII));
        web.getOutputStream().write(atApi.replace("/api", "/web").getBytes(US_ASCII));
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();

        assertThat(answer(api)).as(this::log).startsWith("HTTP/1.1 200 ");
        assertThat(answer(web)).as(this::log).startsWith("HTTP/1.1 200 ");
      } finally {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
      assertThat(Files.readString(directory.resolve("node.log")))
          .contains("entry point api listens on /127.0.0.1:" + ports.get(0))
          .contains("a socket of systemd")
          .doesNotContain("ERROR");
    }
  }

  private static String answer(Socket socket) {
    try {
      socket.setSoTimeout(60_000);
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("node.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static String routes(Origin origin) {
    return """
    http:
      routers:
        api: {rule: "Path(`/api`)", service: app, entryPoints: [api]}
        web: {rule: "Path(`/web`)", service: app, entryPoints: [web]}
      services: {app: {loadBalancer: {servers: [{url: "%s"}]}}}
    """
        .formatted(origin.url());
  }

  /** Returns when the sockets are open; the node comes with the next line of input. */
  private Process activated(List<String> sockets, List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    command.add("-cp");
    command.add(Path.of(url()).toString());
    command.add(SocketActivation.class.getName());
    command.addAll(sockets);
    command.add("--");
    command.addAll(NodeProcess.command(List.of("-XX:TieredStopAtLevel=1"), arguments));
    File log = directory.resolve("node.log").toFile();
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log))
            .start();
    BufferedReader out = process.inputReader();
    assertThat(out.readLine()).isEqualTo("bound");
    Thread.ofVirtual().start(() -> out.lines().forEach(line -> append(log.toPath(), line + '\n')));
    return process;
  }

  private static void append(Path log, String line) {
    try {
      Files.writeString(
          log,
          line,
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static java.net.URI url() {
    try {
      return SocketActivation.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    } catch (java.net.URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
