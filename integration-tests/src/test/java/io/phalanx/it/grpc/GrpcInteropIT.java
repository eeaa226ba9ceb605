package io.phalanx.it.grpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.grpc.InteropPrograms.Run;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every case that grpc-java's interop client knows and that needs no cloud, to grpc-java's own
 * server: straight, and through a node with cleartext HTTP/2 or TLS (ALPN) on either side. What
 * becomes of a case has to be the same.
 */
class GrpcInteropIT {
  /** Want accounts, tokens or machines of a cloud. */
  private static final List<String> LEFT_OUT =
      List.of(
          "compute_engine_creds",
          "compute_engine_channel_credentials",
          "service_account_creds",
          "jwt_token_creds",
          "oauth2_auth_token",
          "per_rpc_creds",
          "google_default_credentials");

  /** What grpc-java's own server does not do: GET for a call, and refusing what is compressed. */
  private static final Map<String, String> FAILING =
      Map.of(
          "cacheable_unary",
          "UNIMPLEMENTED",
          "client_compressed_unary",
          "expected INVALID_ARGUMENT",
          "client_compressed_streaming",
          "expected INVALID_ARGUMENT");

  private static final String CONFIGURATION =
      """
      tls: {certificates: [{certFile: "%1$s/server1.pem", keyFile: "%1$s/server1.key"}]}
      http:
        routers:
          plain: {rule: "PathPrefix(`/`)", entryPoints: [plain], service: plain}
          plain-by-tls: {rule: "PathPrefix(`/`)", entryPoints: [plain], service: plain, tls: {}}
          secure: {rule: "PathPrefix(`/`)", entryPoints: [secure], service: secure}
          secure-by-tls: {rule: "PathPrefix(`/`)", entryPoints: [secure], service: secure, tls: {}}
          ready: {rule: "Path(`/ready`)", entryPoints: [plain], priority: 100, service: "ping@internal"}
        services:
          plain: {loadBalancer: {servers: [{url: "h2c://127.0.0.1:%2$d"}]}}
          secure: {loadBalancer: {serversTransport: grpc, servers: [{url: "https://127.0.0.1:%3$d"}]}}
        serversTransports:
          grpc: {serverName: %4$s, rootCAs: ["%1$s/ca.pem"]}
      """;

  /** How the client comes to a server. */
  enum Way {
    STRAIGHT(0, false),
    STRAIGHT_BY_TLS(1, true),
    H2C_TO_H2C(2, false),
    TLS_TO_H2C(2, true),
    H2C_TO_TLS(3, false),
    TLS_TO_TLS(3, true);

    /** Index of the port among the ports of the test. */
    private final int port;

    private final boolean tls;

    Way(int port, boolean tls) {
      this.port = port;
      this.tls = tls;
    }
  }

  @TempDir private static Path directory;

  private static Process plainServer;
  private static Process secureServer;
  private static NodeProcess node;

  /** All at one time: most of theirs is waiting. */
  private static final Map<Way, Run> RUNS = new EnumMap<>(Way.class);

  @BeforeAll
  static void start() throws Exception {
    var programs = new InteropPrograms();
    List<Integer> ports = Ports.free(4);
    plainServer = programs.server(ports.get(0), false, directory.resolve("plain.log"));
    secureServer = programs.server(ports.get(1), true, directory.resolve("secure.log"));
    for (String name : List.of("ca.pem", "server1.pem", "server1.key")) {
      programs.copy(name, directory);
    }
    Path routes = directory.resolve("routes.yml");
    Files.writeString(
        routes,
        CONFIGURATION.formatted(
            directory, ports.get(0), ports.get(1), InteropPrograms.SERVER_NAME));
    node =
        NodeProcess.start(
            directory.resolve("node"),
            List.of(
                "--entryPoints.plain.address=127.0.0.1:" + ports.get(2),
                "--entryPoints.secure.address=127.0.0.1:" + ports.get(3),
                "--ping.manualRouting=true",
                "--providers.file.filename=" + routes));
    try (Client client = new Client()) {
      client.await(ports.get(2), "/ready", "OK", Duration.ofSeconds(30));
    }
    for (Way way : Way.values()) {
      RUNS.put(
          way,
          programs.client(
              ports.get(way.port), way.tls, LEFT_OUT, directory.resolve(way.toString())));
    }
  }

  @AfterAll
  static void end() {
    RUNS.values().forEach(run -> run.process().destroyForcibly());
    node.close();
    plainServer.destroyForcibly();
    secureServer.destroyForcibly();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "STRAIGHT.*")
  void sameBecomesOfEveryCase(Way way) throws Exception {
    Run straight = run(way.tls ? Way.STRAIGHT_BY_TLS : Way.STRAIGHT);
    Run through = run(way);

    assertThat(through.outcomes())
        .as(() -> way + ":\n" + said(through) + "\n" + node.log())
        .isEqualTo(straight.outcomes());
  }

  /** So that a run without a case, or a server that refuses all, shows nothing. */
  @Test
  void allPassWithoutANodeButThoseOfWhichItIsKnown() throws Exception {
    for (Way way : List.of(Way.STRAIGHT, Way.STRAIGHT_BY_TLS)) {
      Map<String, String> outcomes = run(way).outcomes();

      assertThat(outcomes)
          .hasSizeGreaterThanOrEqualTo(27)
          .doesNotContainKeys("compute_engine_creds");
      Map<String, String> failed =
          outcomes.entrySet().stream()
              .filter(outcome -> !outcome.getValue().equals("passed"))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      assertThat(failed).as(() -> said(run(way))).containsOnlyKeys(FAILING.keySet());
      FAILING.forEach((name, reason) -> assertThat(failed.get(name)).contains(reason));
    }
  }

  private static Run run(Way way) {
    return requireNonNull(RUNS.get(way));
  }

  private static String said(Run run) {
    try {
      return run.said();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
