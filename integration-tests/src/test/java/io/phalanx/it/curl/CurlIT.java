package io.phalanx.it.curl;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.curl.Curl.Result;
import io.phalanx.it.curl.Pattern.Digest;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What curl sees through a node: interim answers, trailers, upgrades, and 1 GiB each way in
 * constant memory, by every protocol it speaks. Where curl is not installed all is left out with a
 * line that says so, since a build needs no curl.
 */
class CurlIT {
  private static final long GIBIBYTE = 1L << 30;

  /**
   * The most that the node may have had in memory at any time of a transfer, in KiB: its heap of at
   * most 96 MiB, 32 MiB of buffers, and the JVM itself. The body alone would be 1,024 MiB.
   */
  private static final long MOST_KIBIBYTES = 256 << 10;

  private static final List<String> JVM_OPTIONS = List.of("-Xmx96m", "-XX:MaxDirectMemorySize=32m");

  /** How curl speaks to the node. */
  enum Protocol {
    HTTP_1("HTTP/1.1", "http", "--http1.1"),
    HTTP_1_TLS("HTTP/1.1", "https", "--http1.1"),
    H2C("HTTP/2", "http", "--http2-prior-knowledge"),
    HTTP_2_TLS("HTTP/2", "https", "--http2");

    private final String version;
    private final String scheme;
    private final String option;

    Protocol(String version, String scheme, String option) {
      this.version = version;
      this.scheme = scheme;
      this.option = option;
    }

    String url(String path) {
      return scheme + "://127.0.0.1:" + port + path;
    }
  }

  @TempDir private static Path directory;

  private static boolean isLeftOut;
  private static ScriptedServer server;
  private static NodeProcess node;
  private static Curl curl;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    isLeftOut = !Curl.isThere();
    if (isLeftOut) {
      System.err.println(
          "The tests with curl are left out: there is no curl with HTTP/2 on the PATH. To have it:"
              + " Debian's package curl");
    }
    curl = new Curl(directory);
    server = new ScriptedServer();
    port = Ports.free(1).getFirst();
    node =
        NodeProcess.inFrontOf(
            "http://127.0.0.1:" + server.port(), port, directory.resolve("node"), JVM_OPTIONS);
    try (Client client = new Client()) {
      client.await(port, "/ready", "OK", Duration.ofMinutes(2));
    }
  }

  @AfterAll
  static void end() throws Exception {
    node.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void earlyHintsComeInTheirOrderBeforeTheAnswer(Protocol protocol) throws Exception {
    if (isLeftOut) {
      return;
    }
    Result<String> result = get(protocol, "/early-hints");

    assertThat(statuses(result)).containsExactly("103", "103", "200");
    assertThat(fields(result))
        .containsSubsequence("link: </style.css>; rel=preload", "link: </script.js>; rel=preload");
    assertThat(result.body()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource
  void theServersContinueBringsTheBody(Protocol protocol) throws Exception {
    if (isLeftOut) {
      return;
    }
    Result<String> result =
        send(protocol, "/continue", 100_000, "--header", "Expect: 100-continue");

    assertThat(statuses(result)).containsExactly("100", "200");
    assertThat(result.body()).isEqualTo(digest(100_000).toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1", "HTTP_1_TLS"})
  void aRefusalComesInPlaceOfTheContinue(Protocol protocol) throws Exception {
    if (isLeftOut) {
      return;
    }
    Result<String> result = send(protocol, "/refuse", 0, "--header", "Expect: 100-continue");

    assertThat(statuses(result)).containsExactly("403");
  }

  @ParameterizedTest
  @EnumSource
  void trailersFollowTheBody(Protocol protocol) throws Exception {
    if (isLeftOut) {
      return;
    }
    Result<String> result = get(protocol, "/trailers");

    assertThat(statuses(result)).containsExactly("200");
    assertThat(result.body()).isEqualTo("hello");
    List<String> fields = fields(result);
    assertThat(fields.subList(fields.size() - 2, fields.size()))
        .containsExactly("x-sum: 42", "x-not-announced: yes");
  }

  @ParameterizedTest
  @EnumSource(names = {"HTTP_1", "HTTP_1_TLS"})
  void anUpgradeToWebSocketOpensATunnel(Protocol protocol) throws Exception {
    if (isLeftOut) {
      return;
    }
    Result<String> result =
        get(
            protocol,
            "/upgrade",
            "--header",
            "Connection: Upgrade",
            "--header",
            "Upgrade: websocket",
            "--header",
            "Sec-WebSocket-Version: 13",
            "--header",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

    assertThat(statuses(result)).containsExactly("101");
    assertThat(fields(result))
        .contains("upgrade: websocket", "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(result.body())
        .isEqualTo(new String(WebSocketHandshake.GREETING, StandardCharsets.ISO_8859_1));
  }

  /** curl asks for it with {@code --http2} when there is no TLS. */
  @ParameterizedTest
  @EnumSource(names = "HTTP_1")
  void anUpgradeToH2cIsLeftAside(Protocol protocol) throws Exception {
    if (isLeftOut) {
      return;
    }
    Result<String> result = curl.get("--http2", protocol.url("/early-hints"));

    assertThat(result.heads()).contains("HTTP/1.1 200 OK").doesNotContain("HTTP/1.1 101");
    assertThat(result.body()).isEqualTo("hello");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HTTP_1_TLS")
  void aGibibyteComesDownInConstantMemory(Protocol protocol) throws Exception {
    if (isLeftOut) {
      return;
    }
    var arguments = List.of(protocol.option, protocol.url("/down/" + GIBIBYTE));
    long start = System.nanoTime();
    node.forgetPeakMemory();

    Result<Digest> result = curl.run(arguments, OutputStream::close, Pattern::read);

    assertThat(result.exitCode()).as(result.said()).isZero();
    assertThat(statuses(result)).containsExactly("200");
    assertThat(result.heads().getFirst()).startsWith(protocol.version);
    assertThat(result.body()).isEqualTo(digest(GIBIBYTE));
    assertMemory(protocol + " down", start);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HTTP_1_TLS")
  void aGibibyteGoesUpInConstantMemory(Protocol protocol) throws Exception {
    if (isLeftOut) {
      return;
    }
    long start = System.nanoTime();
    node.forgetPeakMemory();

    Result<String> result = send(protocol, "/up", GIBIBYTE);

    assertThat(result.exitCode()).as(result.said()).isZero();
    assertThat(result.body()).isEqualTo(digest(GIBIBYTE).toString());
    assertMemory(protocol + " up", start);
  }

  private static Digest digest(long bytes) throws Exception {
    return Pattern.write(OutputStream.nullOutputStream(), bytes);
  }

  private static void assertMemory(String what, long start) throws Exception {
    var peak = node.peakMemory();
    System.out.printf(
        Locale.ROOT,
        "curl, 1 GiB %s: %.1f s, the node's peak was %s%n",
        what,
        (System.nanoTime() - start) / 1e9,
        peak.isPresent() ? peak.getAsLong() / 1024 + " MiB" : "not to be known on this system");
    peak.ifPresent(kibibytes -> assertThat(kibibytes).isLessThan(MOST_KIBIBYTES));
  }

  private static Result<String> get(Protocol protocol, String path, String... more)
      throws Exception {
    var arguments = new ArrayList<>(List.of(more));
    arguments.add(protocol.option);
    arguments.add(protocol.url(path));
    return curl.get(arguments.toArray(String[]::new));
  }

  /** Sends a body of that many bytes, of which curl does not know the length. */
  private static Result<String> send(Protocol protocol, String path, long bytes, String... more)
      throws Exception {
    var arguments = new ArrayList<>(List.of(more));
    arguments.addAll(List.of(protocol.option, "--upload-file", "-", protocol.url(path)));
    return curl.run(
        arguments,
        out -> Pattern.write(out, bytes),
        (InputStream in) -> new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
  }

  private static List<String> statuses(Result<?> result) {
    return result.heads().stream()
        .filter(line -> line.startsWith("HTTP/"))
        .map(line -> line.split(" ")[1])
        .toList();
  }

  private static List<String> fields(Result<?> result) {
    return result.heads().stream()
        .filter(line -> !line.startsWith("HTTP/"))
        .map(
            line -> {
              int colon = line.indexOf(':');
              return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
            })
        .toList();
  }
}
