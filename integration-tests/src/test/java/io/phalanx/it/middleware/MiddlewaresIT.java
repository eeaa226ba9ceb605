package io.phalanx.it.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TrustEveryone;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What clients see of the middlewares that look at credentials, ask others and change bodies, over
 * HTTP/1.1 and HTTP/2.
 */
class MiddlewaresIT {
  private static final String LONG = "0123456789".repeat(3_000);

  private static final String ROUTES =
      """
      http:
        routers:
      %s    ready: {rule: "Path(`/ready`)", priority: 1000, service: "ping@internal"}
        middlewares:
          basic: {basicAuth: {users: ["anna:$2y$10$abcdefghijklmnopqrstuufvt0uzvcbMj5/R3R1ZJUR2XDuPjZsAi", "ben:{SHA}obOd1B+0Ocbuthu+hBNsGCzqBPw="]}}
          digest: {digestAuth: {realm: stock, users: ["vera:stock:95069e01ace987ea38b82adce78868c6"]}}
          forward: {forwardAuth: {address: "SERVER/auth", authResponseHeaders: [X-User], forwardBody: true}}
          guess: {contentType: {}}
          squeeze: {compress: {}}
          pages: {errors: {status: ["500-599"], service: app, query: "/page?{status}"}}
          whole: {buffering: {memRequestBodyBytes: 1000, memResponseBodyBytes: 1000, maxRequestBodyBytes: 5000000}}
        services: {app: {loadBalancer: {servers: [{url: "SERVER"}]}}}
      """;

  private static final List<String> MIDDLEWARES =
      List.of("basic", "digest", "forward", "guess", "squeeze", "pages", "whole");

  /** How clients speak to the node. */
  enum Protocol {
    HTTP_1("http", HttpClient.Version.HTTP_1_1),
    HTTP_2("https", HttpClient.Version.HTTP_2);

    private final String scheme;
    private final HttpClient.Version version;

    Protocol(String scheme, HttpClient.Version version) {
      this.scheme = scheme;
      this.version = version;
    }

    HttpRequest.Builder request(String path) {
      return HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port + path))
          .version(version)
          .timeout(Duration.ofMinutes(1));
    }
  }

  @TempDir private static Path directory;

  private static volatile CountDownLatch firstEventSeen = new CountDownLatch(0);
  private static HttpServer server;
  private static NodeProcess node;
  private static HttpClient client;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.createContext("/", MiddlewaresIT::serve);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    port = Ports.free(1).getFirst();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    var routers = new StringBuilder();
    for (String name : MIDDLEWARES) {
      String router =
          "    %1$s%2$s: {rule: \"PathPrefix(`/%1$s`)\", service: app, middlewares: [%1$s]%3$s}\n";
      routers.append(router.formatted(name, "", ""));
      routers.append(router.formatted(name, "-tls", ", tls: {}"));
    }
    Path routes = directory.resolve("routes.yml");
    Files.writeString(routes, ROUTES.formatted(routers).replace("SERVER", url));
    node =
        NodeProcess.start(
            directory.resolve("node"),
            List.of(
                "--entryPoints.web.address=127.0.0.1:" + port,
                "--ping.manualRouting=true",
                "--providers.file.filename=" + routes));
    client = HttpClient.newBuilder().sslContext(TrustEveryone.context()).build();
    try (Client waiting = new Client()) {
      waiting.await(port, "/ready", "OK", Duration.ofMinutes(2));
    }
  }

  @AfterAll
  static void end() {
    node.close();
    server.stop(0);
    client.close();
  }

  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (path.substring(path.indexOf('/', 1) < 0 ? 0 : path.indexOf('/', 1))) {
        case "/auth" -> {
          boolean known = new String(body, UTF_8).equals("open");
          exchange.getResponseHeaders().set("X-User", "vera");
          answer(exchange, known ? 200 : 403, known ? "" : "closed");
        }
        case "/user" -> answer(exchange, 200, exchange.getRequestHeaders().getFirst("X-User"));
        case "/fail" -> answer(exchange, 503, "stack trace");
        case "/page" -> answer(exchange, 200, "page " + exchange.getRequestURI().getQuery());
        case "/html" -> answer(exchange, 200, "<!DOCTYPE html><p>hi");
        case "/events" -> events(exchange);
        case "/sum" -> answer(exchange, 200, sum(body) + " " + length(exchange));
        case "/down" -> {
          byte[] noise = noise();
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(noise);
        }
        default -> answer(exchange, 200, LONG);
      }
    }
  }

  private static String length(HttpExchange exchange) {
    return String.valueOf(exchange.getRequestHeaders().getFirst("Content-Length"));
  }

  private static byte[] noise() {
    byte[] noise = new byte[3_000_000];
    new Random(7).nextBytes(noise);
    return noise;
  }

  private static long sum(byte[] bytes) {
    var sum = new CRC32();
    sum.update(bytes);
    return sum.getValue();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
  }

  /** The second event is only sent when a client has seen the first. */
  private static void events(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write("data: 1\n\n".getBytes(UTF_8));
    exchange.getResponseBody().flush();
    try {
      if (firstEventSeen.await(1, TimeUnit.MINUTES)) {
        exchange.getResponseBody().write("data: 2\n\n".getBytes(UTF_8));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static HttpResponse<String> get(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder login(HttpRequest.Builder request, String credentials) {
    return request.header(
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @EnumSource
  void passwordsDecide(Protocol protocol) throws Exception {
    HttpResponse<String> ben = get(login(protocol.request("/basic"), "ben:tulip"));
    HttpResponse<String> wrong = get(login(protocol.request("/basic"), "anna:wrong"));
    HttpResponse<String> nobody = get(protocol.request("/basic"));

    assertThat(ben.version()).isEqualTo(protocol.version);
    assertThat(ben.statusCode()).isEqualTo(200);
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(wrong.body()).isEqualTo("401 Unauthorized\n");
    assertThat(nobody.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"traefik\"");
  }

  @ParameterizedTest
  @EnumSource
  void digestsAreAskedFor(Protocol protocol) throws Exception {
    HttpResponse<String> nobody = get(protocol.request("/digest"));

    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Digest realm=\"stock\", nonce=\"");
  }

  @ParameterizedTest
  @EnumSource
  void anAuthServerDecides(Protocol protocol) throws Exception {
    HttpResponse<String> known =
        get(protocol.request("/forward/user").POST(BodyPublishers.ofString("open")));
    HttpResponse<String> stranger =
        get(
            protocol
                .request("/forward/user")
                .header("X-User", "root")
                .POST(BodyPublishers.ofString("x")));

    assertThat(known.body()).isEqualTo("vera");
    assertThat(stranger.statusCode()).isEqualTo(403);
    assertThat(stranger.body()).isEqualTo("closed");
  }

  @ParameterizedTest
  @EnumSource
  void typesAreGuessed(Protocol protocol) throws Exception {
    assertThat(get(protocol.request("/guess/html")).headers().firstValue("Content-Type"))
        .contains("text/html; charset=utf-8");
  }

  @ParameterizedTest
  @EnumSource
  void answersAreCompressed(Protocol protocol) throws Exception {
    HttpResponse<InputStream> answer =
        client.send(
            protocol.request("/squeeze/long").header("Accept-Encoding", "gzip").build(),
            BodyHandlers.ofInputStream());

    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(answer.headers().firstValue("Content-Length")).isEmpty();
    try (var unzipped = new GZIPInputStream(answer.body())) {
      assertThat(new String(unzipped.readAllBytes(), UTF_8)).isEqualTo(LONG);
    }
    assertThat(get(protocol.request("/squeeze/long")).body()).isEqualTo(LONG);
  }

  @ParameterizedTest
  @EnumSource
  void compressedEventsArriveAsTheyAreSent(Protocol protocol) throws Exception {
    firstEventSeen = new CountDownLatch(1);
    HttpResponse<InputStream> answer =
        client.send(
            protocol.request("/squeeze/events").header("Accept-Encoding", "gzip").build(),
            BodyHandlers.ofInputStream());

    try (var unzipped = new GZIPInputStream(answer.body())) {
      assertThat(new String(unzipped.readNBytes(9), UTF_8)).isEqualTo("data: 1\n\n");
      firstEventSeen.countDown();
      assertThat(new String(unzipped.readAllBytes(), UTF_8)).isEqualTo("data: 2\n\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void pagesTakeThePlaceOfErrors(Protocol protocol) throws Exception {
    HttpResponse<String> page = get(protocol.request("/pages/fail"));
    HttpResponse<String> head = get(protocol.request("/pages/fail").HEAD());

    assertThat(page.statusCode()).isEqualTo(503);
    assertThat(page.body()).isEqualTo("page 503");
    assertThat(head.statusCode()).isEqualTo(503);
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void bodiesAreHeldWhole(Protocol protocol) throws Exception {
    byte[] noise = noise();
    HttpResponse<String> up =
        get(
            protocol
                .request("/whole/sum")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(noise))));
    HttpResponse<byte[]> down =
        client.send(protocol.request("/whole/down").build(), BodyHandlers.ofByteArray());
    HttpResponse<String> tooLarge =
        get(
            protocol
                .request("/whole/sum")
                .expectContinue(true)
                .POST(BodyPublishers.ofByteArray(new byte[5_000_001])));

    assertThat(up.body()).isEqualTo(sum(noise) + " 3000000");
    assertThat(sum(down.body())).isEqualTo(sum(noise));
    assertThat(down.headers().firstValue("Content-Length")).contains("3000000");
    assertThat(tooLarge.statusCode()).isEqualTo(413);
  }
}
