package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client, server and placeholders without a proxy between them. */
class RunnerTest {
  @TempDir private Path directory;

  private Placeholders placeholders;

  @BeforeEach
  void choosePorts() throws Exception {
    placeholders = Placeholders.of(1, directory, List.of(List.of("n(\\d)m", "<\\1>"))).getFirst();
  }

  /** Straight to server {@code a}: it listens where the client looks for {@code web}. */
  private Upstream server(String script) throws Exception {
    return Upstream.start(
        "a",
        Yaml.specs(Yaml.read(script)),
        placeholders.port("web"),
        ServerSocketFactory.getDefault());
  }

  private Map<String, Object> send(String request) throws Exception {
    return new Client(placeholders).send(Spec.of(Yaml.read(request)));
  }

  @Test
  void theServerWritesDownWhatItIsSent() throws Exception {
    try (Upstream server = server("[{}]")) {
      Map<String, Object> answer =
          send("{method: POST, target: /x?y, host: h.test, headers: [[X-A, b]], body: hello}");

      assertThat(answer).containsEntry("status", 200).containsEntry("body", "a POST /x?y\n");
      assertThat(server.seen())
          .containsExactly(
              Map.of(
                  "to",
                  "a",
                  "request",
                  "POST /x?y",
                  "headers",
                  List.of(
                      List.of("host", "h.test"),
                      List.of("x-a", "b"),
                      List.of("content-length", "5")),
                  "body",
                  "hello"));
    }
  }

  @Test
  void theLastAnswerOfAScriptRepeats() throws Exception {
    try (Upstream _ = server("[{status: 503}, {status: 201, body: made, chunked: true}]")) {
      assertThat(send("{}")).containsEntry("status", 503);
      assertThat(send("{}")).containsEntry("status", 201).containsEntry("body", "made");
      assertThat(send("{}")).containsEntry("status", 201);
    }
  }

  @Test
  void rawBytesGoOutAsTheyAreWritten() throws Exception {
    try (Upstream _ = server("[{raw: 'HTTP/1.1 299 \\x41\\r\\n\\r\\n'}]")) {
      assertThat(send("{bytes: 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'}"))
          .containsEntry("reply", "HTTP/1.1 299 A\r\n\r\n")
          .containsEntry("closed", true);
    }
  }

  @Test
  void whatDoesNotAnswerIsTold() throws Exception {
    assertThat(send("{}")).containsExactly(Map.entry("outcome", "connection closed"));
    try (Upstream _ = server("[{delay: 5}]")) {
      assertThat(send("{timeout: 0.2}")).containsExactly(Map.entry("outcome", "timeout"));
    }
  }

  @Test
  void placeholdersAreFilledAndPutBack() {
    String filled = placeholders.fill("{{dir}} http://127.0.0.1:{{a}} {{other}}");
    assertThat(filled)
        .isEqualTo(directory + " http://127.0.0.1:" + placeholders.port("a") + " {{other}}");
    assertThat(placeholders.clean(filled + " 127.0.0.1:54321 n7m"))
        .isEqualTo("{{dir}} http://127.0.0.1:{{a}} {{other}} 127.0.0.1:{{ephemeral}} <7>");
  }

  @Test
  void nodesHaveEntryPointsOfTheirOwnAndShareAllElse() throws Exception {
    List<Placeholders> nodes = Placeholders.of(2, directory, List.of());
    Placeholders one = nodes.getFirst();
    Placeholders two = nodes.getLast();

    assertThat(one.port("web")).isNotEqualTo(two.port("web"));
    assertThat(one.port("a")).isEqualTo(two.port("a"));
    assertThat(one.clean(two.fill(":{{web}} :{{a}}"))).isEqualTo(":{{web}} :{{a}}");
  }

  @Test
  void headersAreSortedAndThoseToIgnoreLeftOut() {
    Spec test = Spec.of(Yaml.read("{ignore: [X-No]}"));
    var tidying = new Tidying(test, Spec.of(Yaml.read("{only: [headers]}")), placeholders);

    assertThat(
            tidying.tidy(
                Map.of(
                    "status",
                    200,
                    "headers",
                    List.of(
                        List.of("z", "1"),
                        List.of("x-no", "2"),
                        List.of("date", "now"),
                        List.of("a", "3")))))
        .isEqualTo(Map.of("headers", List.of(List.of("a", "3"), List.of("z", "1"))));
  }

  @Test
  void escapesStandForBytes() {
    assertThat(Wire.unescaped("a\\r\\n\\x00\\101\\\\\\q"))
        .isEqualTo("a\r\n\0A\\\\q".getBytes(US_ASCII));
  }

  @Test
  void longOrBinaryBodiesAreShownByTheirHash() {
    assertThat(Wire.shown("plain\n".getBytes(US_ASCII))).isEqualTo("plain\n");
    assertThat(Wire.shown(new byte[] {1, 2})).isEqualTo("<2 bytes sha256 a12871fee210fb86>");
    assertThat(Wire.shown("x".repeat(5000).getBytes(US_ASCII))).startsWith("<5000 bytes sha256 ");
  }

  @Test
  void aCertificateHasTheSubjectThatIsAskedFor() throws Exception {
    var certificates = new Certificates(directory);
    certificates.make(Spec.of(Yaml.read("{name: ca, is_ca: true}")));
    certificates.make(
        Spec.of(Yaml.read("{name: alice, ca: ca, cn: 'alice, of sales/O=A & B/C=NL'}")));

    try (var in = Files.newInputStream(directory.resolve("alice.crt"))) {
      var made = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      assertThat(made.getSubjectX500Principal().getName())
          .isEqualTo("C=NL,O=A & B,CN=alice\\, of sales");
      assertThat(made.getIssuerX500Principal().getName()).isEqualTo("CN=ca");
    }
  }

  @Test
  void chunksAndTrailersAreRead() throws Exception {
    var in = new ByteArrayInputStream("5;x=y\r\nhello\r\n0\r\nT: v\r\n\r\n".getBytes(US_ASCII));

    Wire.Body body = Wire.body(in, List.of(List.of("transfer-encoding", "chunked")), false);

    assertThat(body.bytes()).isEqualTo("hello".getBytes(US_ASCII));
    assertThat(body.trailers()).containsExactly(List.of("t", "v"));
  }
}
