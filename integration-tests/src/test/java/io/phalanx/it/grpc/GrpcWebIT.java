package io.phalanx.it.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TrustEveryone;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls of gRPC-Web to grpc-java's own interop server, which speaks gRPC only: in binary and in
 * text, by HTTP/1.1 and by HTTP/2.
 */
class GrpcWebIT {
  private static final String CONFIGURATION =
      """
      http:
        routers:
          plain: {rule: "PathPrefix(`/`)", middlewares: [web], service: calls}
          secure: {rule: "PathPrefix(`/`)", middlewares: [web], service: calls, tls: {}}
          ready: {rule: "Path(`/ready`)", priority: 100, service: "ping@internal"}
        middlewares:
          web: {grpcWeb: {allowOrigins: ["https://ui.test"]}}
        services:
          calls: {loadBalancer: {servers: [{url: "h2c://127.0.0.1:%d"}]}}
      """;

  private static final String BINARY = "application/grpc-web+proto";
  private static final String TEXT = "application/grpc-web-text+proto";

  @TempDir private static Path directory;

  private static Process server;
  private static NodeProcess node;
  private static int port;
  private static HttpClient http1;
  private static HttpClient http2;

  @BeforeAll
  static void start() throws Exception {
    List<Integer> ports = Ports.free(2);
    server = new InteropPrograms().server(ports.get(0), false, directory.resolve("server.log"));
    port = ports.get(1);
    Path routes = directory.resolve("routes.yml");
    Files.writeString(routes, CONFIGURATION.formatted(ports.get(0)));
    node =
        NodeProcess.start(
            directory.resolve("node"),
            List.of(
                "--entryPoints.web.address=127.0.0.1:" + port,
                "--ping.manualRouting=true",
                "--providers.file.filename=" + routes));
    http1 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    http2 =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .sslContext(TrustEveryone.context())
            .build();
    try (Client client = new Client()) {
      client.await(port, "/ready", "OK", Duration.ofMinutes(2));
    }
  }

  @AfterAll
  static void end() {
    http1.close();
    http2.close();
    node.close();
    server.destroyForcibly();
  }

  /** Version of HTTP and content type. */
  static Stream<Arguments> ways() {
    return Stream.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)
        .flatMap(version -> Stream.of(BINARY, TEXT).map(type -> Arguments.of(version, type)));
  }

  private static HttpResponse<byte[]> call(
      HttpClient.Version version, String type, String method, byte[] message) throws Exception {
    byte[] body = WebFrames.message(message);
    boolean overHttp2 = version == HttpClient.Version.HTTP_2;
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    (overHttp2 ? "https" : "http")
                        + "://127.0.0.1:"
                        + port
                        + "/grpc.testing.TestService/"
                        + method))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", type)
            .header("X-Grpc-Web", "1")
            .header("Origin", "https://ui.test")
            .POST(
                BodyPublishers.ofByteArray(
                    type.equals(TEXT) ? Base64.getEncoder().encode(body) : body))
            .build();
    HttpResponse<byte[]> answer =
        (overHttp2 ? http2 : http1).send(request, BodyHandlers.ofByteArray());
    assertThat(answer.version()).isEqualTo(version);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue(type.replace("+proto", ""));
    assertThat(answer.headers().firstValue("access-control-allow-origin"))
        .hasValue("https://ui.test");
    return answer;
  }

  private static WebFrames frames(HttpResponse<byte[]> answer, String type) {
    return WebFrames.of(type.equals(TEXT) ? WebFrames.decoded(answer.body()) : answer.body());
  }

  /** Field of a message with a number. */
  private static byte[] number(int field, int value) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(field << 3);
    varint(bytes, value);
    return bytes.toByteArray();
  }

  /** Field of a message with a text, bytes or another message. */
  private static byte[] content(int field, byte[] content) {
    var bytes = new ByteArrayOutputStream();
    bytes.write(field << 3 | 2);
    varint(bytes, content.length);
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  private static void varint(ByteArrayOutputStream to, int value) {
    int left = value;
    for (; left > 0x7f; left >>>= 7) {
      to.write((left & 0x7f) | 0x80);
    }
    to.write(left);
  }

  private static byte[] joined(byte[]... parts) {
    var bytes = new ByteArrayOutputStream();
    Stream.of(parts).forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  /** {@code SimpleResponse} and {@code StreamingOutputCallResponse} with zeros. */
  private static byte[] payload(int size) {
    return content(1, content(2, new byte[size]));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void oneMessageForOne(HttpClient.Version version, String type) throws Exception {
    byte[] request = joined(number(2, 314_159), content(3, content(2, new byte[271_828])));

    WebFrames frames = frames(call(version, type, "UnaryCall", request), type);

    assertThat(frames.messages()).containsExactly(payload(314_159));
    assertThat(frames.trailers()).contains("grpc-status: 0\r\n");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aStreamOfMessages(HttpClient.Version version, String type) throws Exception {
    var request = new ByteArrayOutputStream();
    var wanted = new ArrayList<byte[]>();
    for (int size : List.of(31_415, 9, 2_653, 58_979)) {
      request.writeBytes(content(2, joined(number(1, size), number(2, 20_000))));
      wanted.add(payload(size));
    }

    WebFrames frames =
        frames(call(version, type, "StreamingOutputCall", request.toByteArray()), type);

    assertThat(frames.messages()).containsExactlyElementsOf(wanted);
    assertThat(frames.trailers()).contains("grpc-status: 0\r\n");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aStatusThatIsNone(HttpClient.Version version, String type) throws Exception {
    byte[] status = joined(number(1, 2), content(2, "no such thing".getBytes(US_ASCII)));

    HttpResponse<byte[]> answer = call(version, type, "UnaryCall", content(7, status));

    WebFrames frames = frames(answer, type);
    assertThat(frames.messages()).isEmpty();
    if (frames.trailers().isEmpty()) {
      assertThat(answer.headers().firstValue("grpc-status")).hasValue("2");
      assertThat(answer.headers().firstValue("grpc-message")).hasValue("no such thing");
    } else {
      assertThat(frames.trailers())
          .contains("grpc-status: 2\r\n", "grpc-message: no such thing\r\n");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aMethodThatThereIsNot(HttpClient.Version version, String type) throws Exception {
    HttpResponse<byte[]> answer = call(version, type, "UnimplementedCall", new byte[0]);

    assertThat(answer.headers().firstValue("grpc-status")).hasValue("12");
    assertThat(answer.body()).isEmpty();
  }
}
