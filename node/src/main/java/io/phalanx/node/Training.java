package io.phalanx.node;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.node.demo.DemoServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What the JVM watches to make the AOT cache of: a node on its own and two of a fleet start, serve
 * over HTTP/1.1, TLS and HTTP/2, read a change and stop, all in this process, on loopback and in a
 * folder of its own. Ends the process with 0 when it saw all of that, and in any case within {@link
 * #LIMIT}.
 */
final class Training {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ANSWER_LIMIT_MILLIS = 5_000;
  private static final int REQUESTS = 200;
  private static final int EXIT_TIME_OUT = 3;

  private static final String NODE =
      """
      entryPoints:
        web: {address: "127.0.0.1:%1$d"}
        secure: {address: "127.0.0.1:%2$d"}
      accessLog: {filePath: "%3$s/access.log"}
      metrics: {prometheus: {entryPoint: web}}
      ping: {entryPoint: web}
      providers:
        providersThrottleDuration: 10ms
        file: {directory: "%3$s/routes"}
      """;

  /** The node's own TLS is what it asks itself over. */
  private static final String ROUTES =
      """
      http:
        routers:
          plain: {rule: "Path(`%3$s`)", service: app}
          limited: {rule: "Path(`/limited`)", middlewares: [limit, head], service: app}
          tls: {rule: "Path(`/tls`)", entryPoints: [web], service: tls}
          http2: {rule: "Path(`/http2`)", entryPoints: [web], service: http2}
          behind: {rule: "PathPrefix(`/`)", entryPoints: [secure], tls: {}, service: app}
        middlewares:
          limit: {rateLimit: {average: 1000000, burst: 1000000}}
          head: {headers: {customRequestHeaders: {X-A: b}}}
        services:
          app: {loadBalancer: {servers: [{url: "%1$s"}]}}
          tls: {loadBalancer: {serversTransport: tls, servers: [{url: "https://127.0.0.1:%2$d"}]}}
          http2: {loadBalancer: {serversTransport: http2, servers: [{url: "https://127.0.0.1:%2$d"}]}}
        serversTransports:
          tls: {insecureSkipVerify: true, disableHTTP2: true}
          http2: {insecureSkipVerify: true}
      """;

  private final Path directory;
  private final DemoServer server;

  private Training(Path directory, DemoServer server) {
    this.directory = directory;
    this.server = server;
  }

  /**
   * @param arguments an empty folder, which whoever starts this removes
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Thread.ofPlatform().daemon().name("training-limit").start(Training::endInTime);
    try (DemoServer server = DemoServer.start("one")) {
      var training = new Training(Path.of(arguments[0]), server);
      training.alone();
      training.inFleet();
    }
    System.exit(0);
  }

  private static void endInTime() {
    try {
      TimeUnit.NANOSECONDS.sleep(LIMIT.toNanos());
    } catch (InterruptedException _) {
      return;
    }
    System.err.println("the training took longer than " + LIMIT.toSeconds() + " s");
    Runtime.getRuntime().halt(EXIT_TIME_OUT);
  }

  private void alone() throws IOException, InterruptedException {
    List<Integer> ports = freePorts(2);
    Path home = home("alone", ports.get(0), ports.get(1));
    try (var _ = new RunningHere(home, List.of("--configFile=" + home.resolve("node.yml")))) {
      await(ports.get(0), "/");
      load(ports.get(0));
      route(home, ports.get(1), "/changed");
      await(ports.get(0), "/changed");
    }
  }

  private void inFleet() throws IOException, InterruptedException {
    List<Integer> ports = freePorts(5);
    Path home = home("first", ports.get(0), ports.get(1));
    Path key = directory.resolve("fleet.key");
    FleetKey.generate().write(key);
    var first =
        List.of(
            "--configFile=" + home.resolve("node.yml"),
            "--fleet.bootstrap=true",
            "--fleet.bind=127.0.0.1:" + ports.get(3),
            "--fleet.keyFile=" + key);
    var second =
        List.of(
            "--entryPoints.web.address=127.0.0.1:" + ports.get(2),
            "--entryPoints.secure.address=127.0.0.1:0",
            "--fleet.join=127.0.0.1:" + ports.get(3),
            "--fleet.bind=127.0.0.1:" + ports.get(4),
            "--fleet.keyFile=" + key);
    try (var _ = new RunningHere(home, first)) {
      await(ports.get(0), "/");
      try (var _ = new RunningHere(Files.createDirectory(directory.resolve("second")), second)) {
        await(ports.get(2), "/");
        load(ports.get(2));
        route(home, ports.get(1), "/changed");
        await(ports.get(2), "/changed");
      }
    }
  }

  private Path home(String name, int web, int secure) throws IOException {
    Path home = Files.createDirectory(directory.resolve(name));
    Files.createDirectory(home.resolve("routes"));
    Files.writeString(home.resolve("node.yml"), NODE.formatted(web, secure, home));
    route(home, secure, "/");
    return home;
  }

  /**
   * @param path where the node answers once it has read this
   */
  private void route(Path home, int secure, String path) throws IOException {
    Path next = home.resolve("next");
    Files.writeString(next, ROUTES.formatted(server.url(), secure, path));
    Files.move(next, home.resolve("routes/routes.yml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void load(int port) throws IOException {
    for (int i = 0; i < REQUESTS; i++) {
      for (String path : List.of("/", "/limited", "/tls", "/http2")) {
        status(port, path);
      }
    }
    status(port, "/metrics");
    status(port, "/ping");
  }

  private static void await(int port, String path) throws InterruptedException {
    // The time limit of all ends this, too.
    while (true) {
      try {
        if (status(port, path) == HttpURLConnection.HTTP_OK) {
          return;
        }
      } catch (IOException _) {
        // Not listening yet.
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static int status(int port, String path) throws IOException {
    URL url = URI.create("http://127.0.0.1:" + port + path).toURL();
    var connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(ANSWER_LIMIT_MILLIS);
    connection.setReadTimeout(ANSWER_LIMIT_MILLIS);
    int status = connection.getResponseCode();
    if (status < HttpURLConnection.HTTP_BAD_REQUEST) {
      connection.getInputStream().readAllBytes();
    }
    return status;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    var sockets = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /** A node as {@code phalanx run} would run it, but for the process of its own. */
  private static final class RunningHere implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread node;

    RunningHere(Path home, List<String> flags) {
      var all = new ArrayList<>(flags);
      all.add("--dataDir=" + home.resolve("data"));
      this.node = Thread.ofPlatform().name("main").start(() -> run(all));
    }

    private void run(List<String> flags) {
      try {
        var errors = new PrintWriter(System.err, true, System.err.charset());
        int status = new Run(Map.of(), errors, end).serve(flags);
        if (status != 0) {
          Runtime.getRuntime().halt(status);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      end.countDown();
      try {
        node.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
