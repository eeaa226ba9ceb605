package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.proxyprotocol.ProxyVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions of active health checks. */
final class HealthProbesTest extends ProbedServers {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  @Test
  void askedAsConfigured() {
    try (var server = new ScriptedServer(status(200))) {
      String options =
          "path: '/health?deep=1', method: OPTIONS, hostname: app.test, headers: {X-A: '1', Host:"
              + " no}";

      assertThat(trouble(server.url(), options)).isEmpty();

      assertThat(server.heads.getFirst())
          .isEqualTo(
              "OPTIONS /health?deep=1 HTTP/1.1\r\nHost: app.test\r\n"
                  + "User-Agent: phalanx-health-check\r\nX-A: 1\r\n\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',                  /app/v1/",
    "'/health',           /health",
    "'health',            /app/v1/health",
    "'../health?a=b',     /app/health?a=b",
    "'?a=b',              /app/v1/?a=b"
  })
  void thePathStartsAtTheServersUrl(String path, String target) {
    try (var server = new ScriptedServer(status(200))) {
      assertThat(trouble(server.url().resolve("/app/v1/"), "path: '" + path + "'")).isEmpty();

      assertThat(server.heads.getFirst())
          .startsWith("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "200, 0, ''",
    "204, 0, ''",
    "399, 0, ''",
    "400, 0, it answers with 400",
    "503, 0, it answers with 503",
    "204, 204, ''",
    "503, 503, ''",
    "200, 204, it answers with 200 instead of 204"
  })
  void theStatusDecides(int status, int wanted, String trouble) {
    try (var server = new ScriptedServer(status(status))) {
      assertThat(trouble(server.url(), "status: " + wanted).orElse("")).isEqualTo(trouble);
    }
  }

  @Test
  void oneConnectionIsUsedAgain() {
    try (var server = new ScriptedServer(status(200))) {
      assertThat(trouble(server.url(), "path: /")).isEmpty();
      assertThat(trouble(server.url(), "path: /")).isEmpty();

      assertThat(server.connections).hasSize(1);
      assertThat(server.heads).hasSize(2);
    }
  }

  @Test
  void aServerThatHangsIsGivenUpWithItsConnection() throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.readToEnd();
            })) {
      assertThat(trouble(server.url(), "timeout: 200ms")).contains("no answer within 200 ms");
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void aServerThatRefusesIsInTrouble() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(trouble(URI.create("http://127.0.0.1:" + port), "path: /")).isPresent();
    try (var server = new ScriptedServer(status(200))) {
      assertThat(trouble(server.url(), "path: /, port: " + port)).isPresent();
      assertThat(server.heads).isEmpty();
    }
  }

  @Test
  void rubbishAndResetsAreTrouble() {
    try (var rubbish =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send("SSH-2.0-OpenSSH\r\n\r\n");
                });
        var reset =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.reset();
                })) {
      assertThat(trouble(rubbish.url(), "path: /")).isPresent();
      assertThat(trouble(reset.url(), "path: /")).isPresent();
    }
  }

  @Test
  void theHeadDecidesAndABodyThatIsTooLongIsNotRead() throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(1 << 20));
              connection.readToEnd();
            })) {
      assertThat(trouble(server.url(), "path: /")).isEmpty();
      assertThat(server.awaitEnd() || server.broken.isDone()).isTrue();
    }
  }

  @Test
  void theHeadDecidesAndABodyThatDoesNotComeIsNotWaitedFor() throws InterruptedException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
              connection.readToEnd();
            })) {
      long begin = System.nanoTime();

      assertThat(trouble(server.url(), "path: /")).isEmpty();

      assertThat(server.awaitEnd()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void aBodyThatComesWithItsHeadLeavesTheConnectionForTheNextQuestion() {
    try (var server =
        new ScriptedServer(
            connection -> {
              while (true) {
                connection.readHead();
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              }
            })) {
      assertThat(trouble(server.url(), "path: /")).isEmpty();
      assertThat(trouble(server.url(), "path: /")).isEmpty();

      assertThat(server.connections).hasSize(1);
      assertThat(server.heads).hasSize(2);
    }
  }

  @Test
  void aServerThatIsToldOfClientsIsToldThatThisIsNone() throws InterruptedException {
    Forwarder.Transport announcing =
        forwarder.transport(
            new TransportOptions(
                TransportOptions.Timeouts.STANDARD,
                200,
                true,
                TlsOptions.STANDARD,
                Optional.of(ProxyVersion.V2)));
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readProxyHeader();
              connection.readHead();
              connection.send(OK);
              connection.readToEnd();
            })) {
      assertThat(trouble(server.url(), "path: /", announcing)).isEmpty();

      assertThat(server.announced).containsExactly(Optional.empty());
      assertThat(server.awaitEnd()).isTrue();
      ForwardingRig.eventually(() -> forwarder.announcedClients() == 0);
    }
  }

  /** A server of the health service whose answer has this message, and then these trailers. */
  private static ScriptedServer.Script health(String message, String... trailers) {
    return http2(
        script -> {
          Http2Script.Frame head = script.head();
          script.next(Http2Script.DATA);
          script.head(head.stream(), false, ":status: 200", "content-type: application/grpc");
          script.data(head.stream(), false, message);
          script.head(head.stream(), true, trailers);
          script.answerAll();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, ''",
    "2, 0, it says that it is not serving (2)",
    "0, 0, it says that it is not serving (0)",
    "1, 12, it does not have the gRPC health service (status 12)",
    "1, 14, it answers with gRPC status 14",
  })
  void grpcServersAreAskedByTheirOwnProtocol(int serving, int status, String trouble) {
    String message = serving == 0 ? "\0\0\0\0\0" : "\0\0\0\0\2\10" + (char) serving;
    try (var server = new ScriptedServer(health(message, "grpc-status: " + status))) {
      assertThat(trouble(server.url(), "mode: grpc, headers: {X-A: b}").orElse(""))
          .isEqualTo(trouble);
      assertThat(server.heads.getFirst().lines())
          .contains(
              ":method: POST",
              ":path: /grpc.health.v1.Health/Check",
              "content-type: application/grpc",
              "te: trailers",
              "x-a: b",
              "content-length: 5");
    }
  }

  @Test
  void anAnswerOfGrpcMayBeAHeadAlone() {
    try (var server =
        new ScriptedServer(
            http2(
                script ->
                    script.head(
                        script.head().stream(), true, ":status: 200", "grpc-status: 12")))) {
      assertThat(trouble(server.h2c(), "mode: grpc").orElse("")).contains("status 12");
    }
    try (var server = new ScriptedServer(http2(Http2Script::answerAll))) {
      assertThat(trouble(server.h2c(), "mode: grpc").orElse("")).contains("without a status");
    }
  }

  @Test
  void grpcServersWithTlsAreAskedByIt() {
    var authority = new TestAuthority("ca");
    Forwarder.Transport trusting =
        forwarder.transport(
            new TransportOptions(
                TransportOptions.Timeouts.STANDARD,
                200,
                true,
                authority.trusted(),
                Optional.empty()));
    var context = authority.context(authority.issue("127.0.0.1"));
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.startTls(context, "h2");
              health("\0\0\0\0\2\10\1", "grpc-status: 0").run(connection);
            })) {
      URI url = URI.create("https://127.0.0.1:" + server.port());

      assertThat(trouble(url, "mode: grpc", trusting)).isEmpty();
    }
  }
}
