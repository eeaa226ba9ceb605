package io.phalanx.it.soak;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TextFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node under load whose configuration is replaced again and again, routers, middlewares and
 * services, and that is then told to end.
 */
final class Reloads {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> SERVERS = List.of("one", "two", "three");

  private final Path directory;
  private final int count;

  Reloads(Path directory, int count) {
    this.directory = directory;
    this.count = count;
  }

  /**
   * @param took for each change, from the file to the first answer by it, the shortest first
   * @param exitCode of the node
   */
  record Result(
      List<String> failures, long answers, String report, List<Duration> took, int exitCode) {}

  /** The name of the server that a revision has. */
  static String server(int revision) {
    return SERVERS.get(revision % SERVERS.size());
  }

  Result run() throws IOException, InterruptedException {
    int port = Ports.free(1).getFirst();
    Path routes = directory.resolve("routes.yml");
    var servers = new ArrayList<RoughServer>();
    try (Client client = new Client()) {
      for (String name : SERVERS) {
        servers.add(RoughServer.start(name));
      }
      write(routes, 0, servers);
      try (NodeProcess node =
          NodeProcess.start(
              directory.resolve("node"),
              List.of(
                  "--entryPoints.web.address=127.0.0.1:" + port,
                  "--providers.providersThrottleDuration=20ms",
                  "--providers.file.filename=" + routes))) {
        await(client, port, 0);
        var clients = new SteadyClients();
        var trusting = new Trusting();
        clients.http1("h1", 4, () -> new Socket(InetAddress.getLoopbackAddress(), port));
        clients.http1("h1 tls", 2, () -> trusting.open(port, "http/1.1"));
        clients.http2("h2c", 2, () -> new Socket(InetAddress.getLoopbackAddress(), port));
        clients.http2("h2 tls", 2, () -> trusting.open(port, "h2"));
        var took = new ArrayList<Duration>();
        for (int revision = 1; revision <= count; revision++) {
          long start = System.nanoTime();
          write(routes, revision, servers);
          await(client, port, revision);
          took.add(Duration.ofNanos(System.nanoTime() - start));
        }
        node.terminate();
        clients.join();
        Collections.sort(took);
        return new Result(
            clients.failures(), clients.answers(), clients.report(), took, node.exitCode());
      }
    } finally {
      for (RoughServer server : servers) {
        server.close();
      }
    }
  }

  /** Nothing in it has the name that it had before. */
  private static void write(Path routes, int revision, List<RoughServer> servers)
      throws IOException {
    String text =
        """
        http:
          routers:
            app-%1$d: {rule: "PathPrefix(`/`)", service: app-%1$d, middlewares: [mark-%1$d]}
            tls-%1$d: {rule: "PathPrefix(`/`)", service: app-%1$d, middlewares: [mark-%1$d], tls: {}}
          middlewares:
            mark-%1$d: {headers: {customResponseHeaders: {X-Revision: "%1$d"}}}
          services:
            app-%1$d: {loadBalancer: {servers: [{url: "%2$s"}]}}
        """
            .formatted(revision, servers.get(revision % servers.size()).url());
    TextFile.replace(routes, text);
  }

  private static void await(Client client, int port, int revision)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    String last = "nothing";
    while (System.nanoTime() < deadline) {
      try {
        HttpResponse<String> answer = client.get(port, "/");
        last = answer.statusCode() + " " + answer.headers().firstValue("X-Revision").orElse("");
        if (last.equals("200 " + revision)) {
          return;
        }
      } catch (IOException e) {
        last = e.toString(); // Before the first revision it does not listen.
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    throw new AssertionError("revision " + revision + " was not served, but " + last);
  }
}
