package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.Http2Script.http2;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.health.ForwardedProbes;
import io.phalanx.node.health.Question;
import io.phalanx.node.proxyprotocol.ProxyVersion;
import io.phalanx.node.service.Server;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import io.phalanx.providers.dynamic.HealthCheck;
import io.phalanx.providers.dynamic.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions of active health checks, through real sockets. */
final class HealthProbesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  private static final String CREDENTIALS =
      "headers: {Authorization: a, COOKIE: b, Cookie2: c, WWW-Authenticate: d,"
          + " Proxy-Authorization: e, X-Key: f}";

  private final HttpForwarder forwarder = new HttpForwarder();
  private final Forwarder.Transport standard = forwarder.transport(TransportOptions.standard());
  private Workers workers;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
  }

  @AfterEach
  void stop() {
    forwarder.close();
    workers.close();
  }

  static HealthCheck options(String options) {
    String text = "http: {services: {s: {loadBalancer: {healthCheck: {" + options + "}}}}}";
    DynamicConfigReader.Result read = DynamicConfigReader.read("f.yml", text);
    assertThat(read.decoded().problems()).isEmpty();
    Service service = read.decoded().value().orElseThrow().http().services().get("s");
    return Optional.ofNullable(service)
        .flatMap(Service::loadBalancer)
        .flatMap(Service.LoadBalancer::healthCheck)
        .orElseThrow();
  }

  private Optional<String> trouble(URI server, String options) {
    return trouble(server, options, standard);
  }

  private Optional<String> trouble(URI server, String options, Forwarder.Transport transport) {
    var told = new CompletableFuture<Optional<String>>();
    new ForwardedProbes(forwarder, forwarder.tcp(), workers.ioThreads())
        .ask(
            Question.of(options(options), Server.of(server.toString(), 1, false), transport),
            told::complete);
    return told.orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Answers everything with this status. */
  private static ScriptedServer.Script status(int status) {
    return connection -> {
      while (true) {
        connection.readHead();
        connection.send("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
      }
    };
  }

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
  void redirectsAreFollowedUnlessToldNotTo() {
    try (var end = new ScriptedServer(status(404), status(200));
        var server =
            new ScriptedServer(
                connection -> {
                  while (true) {
                    connection.readHead();
                    connection.send(
                        "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: "
                            + end.url().resolve("/there?a")
                            + "\r\n\r\n");
                  }
                })) {
      assertThat(trouble(server.url(), "method: PUT")).contains("it answers with 404");
      assertThat(trouble(server.url(), "followRedirects: false")).isEmpty();
      assertThat(end.heads).singleElement().asString().startsWith("GET /there?a HTTP/1.1\r\n");

      // Nothing is kept of where only redirects led to.
      assertThat(trouble(server.url(), "method: HEAD")).isEmpty();
      assertThat(end.connections).hasSize(2);
    }
  }

  private static ScriptedServer.Script leadingTo(String location) {
    return connection -> {
      while (true) {
        connection.readHead();
        connection.send(
            "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n");
      }
    };
  }

  @Test
  void credentialsStayWithTheHost() {
    try (var end = new ScriptedServer(status(200), status(200));
        var server = new ScriptedServer(leadingTo("http://localhost:" + end.port() + "/there"));
        var samePlace = new ScriptedServer(leadingTo(end.url().resolve("/here").toString()))) {
      assertThat(trouble(server.url(), CREDENTIALS)).isEmpty();
      assertThat(trouble(samePlace.url(), CREDENTIALS)).isEmpty();

      assertThat(server.heads.getFirst()).contains("Authorization: a\r\n", "X-Key: f\r\n");
      assertThat(end.heads.getFirst())
          .startsWith("GET /there ")
          .endsWith("\r\nUser-Agent: phalanx-health-check\r\nX-Key: f\r\n\r\n");
      // Another port is the same host, as in Go.
      assertThat(end.heads.getLast())
          .startsWith("GET /here ")
          .contains("Authorization: a\r\n", "Cookie2: c\r\n");
    }
  }

  @Test
  void credentialsThatWereWithheldDoNotComeBack() {
    var back = new CompletableFuture<String>();
    try (var other = new ScriptedServer(connection -> leadingTo(back.join()).run(connection));
        var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(
                      "HTTP/1.1 302 X\r\nContent-Length: 0\r\nLocation: http://localhost:"
                          + other.port()
                          + "/\r\n\r\n");
                  connection.readHead();
                  connection.send(OK);
                  connection.readToEnd();
                })) {
      back.complete(server.url().resolve("/back").toString());

      assertThat(trouble(server.url(), CREDENTIALS)).isEmpty();

      assertThat(server.heads).hasSize(2);
      assertThat(server.heads.getLast())
          .startsWith("GET /back ")
          .contains("X-Key: f\r\n")
          .doesNotContain("Authorization", "Cookie");
    }
  }

  @Test
  void credentialsStayWithinTls() {
    var authority = new TestAuthority("ca");
    Forwarder.Transport trusting =
        forwarder.transport(
            new TransportOptions(
                TransportOptions.Timeouts.STANDARD,
                200,
                false,
                authority.trusted(),
                Optional.empty()));
    var context = authority.context(authority.issue("127.0.0.1"));
    try (var plain = new ScriptedServer(status(200));
        var server =
            new ScriptedServer(
                connection -> {
                  connection.startTls(context, "http/1.1");
                  leadingTo(plain.url().resolve("/plain").toString()).run(connection);
                })) {
      URI url = URI.create("https://127.0.0.1:" + server.port());

      assertThat(trouble(url, CREDENTIALS, trusting)).isEmpty();

      assertThat(server.heads.getFirst()).contains("Authorization: a\r\n");
      assertThat(plain.heads.getFirst())
          .startsWith("GET /plain ")
          .contains("X-Key: f\r\n")
          .doesNotContain("Authorization", "Cookie");
    }
  }

  @ParameterizedTest
  @CsvSource({"/, more than 10 times", "ftp://h/, no URL of HTTP", "'http://[', no URL of HTTP"})
  void redirectsThatLeadNowhereAreTrouble(String location, String trouble) {
    try (var server =
        new ScriptedServer(
            connection -> {
              while (true) {
                connection.readHead();
                connection.send(
                    "HTTP/1.1 307 X\r\nContent-Length: 0\r\nLocation: " + location + "\r\n\r\n");
              }
            })) {
      assertThat(trouble(server.url(), "path: /").orElse("")).contains(trouble);
      assertThat(server.heads).hasSizeLessThan(12);
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

  @Test
  void timeLeftIsForTheWholeWay() {
    try (var server =
        new ScriptedServer(
            connection -> {
              while (true) {
                connection.readHead();
                TimeUnit.MILLISECONDS.sleep(60);
                connection.send("HTTP/1.1 307 X\r\nContent-Length: 0\r\nLocation: /\r\n\r\n");
              }
            })) {
      long begin = System.nanoTime();

      assertThat(trouble(server.url(), "timeout: 150ms").orElse("")).contains("150 ms");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(140));
    }
  }
}
