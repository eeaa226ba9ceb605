package io.phalanx.it.consul;

import io.phalanx.it.harness.Ports;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real Consul: an agent in development mode, which keeps nothing. */
final class ConsulAgent implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final Path directory;
  private final String config;
  private final Optional<String> token;
  private final List<Integer> ports = Ports.free(5);
  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;

  /**
   * @param config in JSON, on top of what is usual; {@code %d} is a free port
   */
  private ConsulAgent(Path directory, String config, Optional<String> token) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.config = config.replace("%d", Integer.toString(ports.get(4)));
    this.token = token;
    this.process = launch();
  }

  static ConsulAgent start(Path directory) throws Exception {
    return start(directory, "{}", Optional.empty());
  }

  static ConsulAgent start(Path directory, String config, Optional<String> token) throws Exception {
    var agent = new ConsulAgent(directory, config, token);
    agent.awaitLeader();
    return agent;
  }

  private static Path binary() {
    String path = System.getProperty("consul.binary", "");
    if (!path.isEmpty()) {
      return Path.of(path);
    }
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "consul"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "consul is not on the PATH: install Debian's package consul (bullseye has it;"
                        + " .ci/consul.sh does that) or HashiCorp's release, or name it with"
                        + " -Dconsul.binary=FILE"));
  }

  private Process launch() throws IOException {
    Path file = Files.writeString(directory.resolve("agent.json"), config);
    return new ProcessBuilder(
            binary().toString(),
            "agent",
            "-dev",
            "-bind=127.0.0.1",
            "-client=127.0.0.1",
            "-dns-port=-1",
            "-grpc-port=-1",
            "-http-port=" + ports.get(0),
            "-server-port=" + ports.get(1),
            "-serf-lan-port=" + ports.get(2),
            "-serf-wan-port=" + ports.get(3),
            "-log-level=warn",
            "-config-file=" + file)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("consul.log").toFile())
        .start();
  }

  String address() {
    return "127.0.0.1:" + ports.get(0);
  }

  String tlsAddress() {
    return "127.0.0.1:" + ports.get(4);
  }

  private void awaitLeader() throws Exception {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        // A write is only taken when there is a leader and, with ACLs, the token is known.
        register("{\"Name\": \"ready\", \"ID\": \"ready\", \"Tags\": [\"traefik.enable=false\"]}");
        return;
      } catch (IOException | AssertionError e) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new AssertionError(
              "consul did not start:\n" + Files.readString(directory.resolve("consul.log")), e);
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  void register(String service) throws IOException, InterruptedException {
    put("/v1/agent/service/register", service);
  }

  /** Registers a node without an agent, and what is on it. */
  void registerNode(String registration) throws IOException, InterruptedException {
    put("/v1/catalog/register", registration);
  }

  void deregister(String id) throws IOException, InterruptedException {
    put("/v1/agent/service/deregister/" + id, "");
  }

  /**
   * @param state pass, warn or fail
   */
  void check(String state, String checkId) throws IOException, InterruptedException {
    put("/v1/agent/check/" + state + "/" + checkId, "");
  }

  private void put(String path, String body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address() + path))
            .timeout(Duration.ofSeconds(10))
            .PUT(HttpRequest.BodyPublishers.ofString(body));
    token.ifPresent(value -> request.header("X-Consul-Token", value));
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new AssertionError(path + ": " + answer.statusCode() + " " + answer.body());
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** With an empty catalog. */
  void restart() throws Exception {
    process = launch();
    awaitLeader();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    http.close();
  }
}
