package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.entrypoint.TlsClient.Outcome;
import io.phalanx.node.exchange.ClientTls;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.IssuedCertificates;
import io.phalanx.node.tls.NamesOnDemand;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.node.tls.TlsEngines;
import io.phalanx.node.tls.TlsSettings;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.node.tls.WantedNames;
import io.phalanx.providers.dynamic.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With both implementations of TLS, which a client cannot tell apart. */
@ParameterizedClass
@FieldSource("ENGINES")
final class TlsTest {
  static final List<Named<TlsEngines>> ENGINES =
      List.of(
          Named.of("JSSE", TlsEngines.JSSE),
          Named.of("native", TlsEngines.fastest(TlsEngines.JSSE)));

  private static final Tls.Certificate A = TestCertificates.of(Kind.P256, "a.test");
  private static final Tls.Certificate B = TestCertificates.of(Kind.P256, "*.b.test");

  private final TlsEngines engines;
  private final Rig.Options options = new Rig.Options();

  TlsTest(TlsEngines engines) {
    this.engines = engines;
  }

  private TlsTable table(Tls.Certificate... certificates) {
    return TestCertificates.table(engines, certificates);
  }

  private TlsTable withOptions(Tls.Options wanted, Tls.Certificate... certificates) {
    return TlsTable.builder(
            TestCertificates.settings(
                new Tls(List.of(certificates), Map.of(Tls.DEFAULT, wanted), Map.of()), engines))
        .build();
  }

  private static Tls.Options named(String min, String max, boolean strict) {
    return new Tls.Options(
        Optional.of(min).filter(text -> !text.isEmpty()),
        Optional.of(max).filter(text -> !text.isEmpty()),
        List.of(),
        List.of(),
        Optional.empty(),
        strict,
        List.of(),
        false,
        false);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void servesCertificatesOfEveryKind(Kind kind) throws Exception {
    options.tls = table(TestCertificates.of(kind, "kind.test"));
    try (var rig = new Rig(options)) {
      Outcome outcome = new TlsClient().get(rig.entryPoint.address(), "kind.test");

      assertThat(outcome.name()).isEqualTo("kind.test");
      assertThat(outcome.version()).isEqualTo("TLSv1.3");
      assertThat(outcome.answer()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("GET /\n");
      assertThat(rig.nextSeen().header("X-Forwarded-Proto")).containsExactly("https");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void showsAnAuthorityItsChallengeAndNothingElse(String version) throws Exception {
    var issued = new IssuedCertificates();
    options.tls =
        TlsTable.builder(
                TlsSettings.read(
                    List.of(),
                    new CertificateSources(
                        () -> TestCertificates.FALLBACK,
                        issued,
                        WantedNames.NONE,
                        engines,
                        NamesOnDemand.NONE,
                        InstantSource.system())))
            .build();
    issued.serve(List.of(TestCertificates.server(A)));
    issued.validate(
        Map.of("a.test", TestCertificates.server(TestCertificates.of(Kind.P256, "challenge"))));
    try (var rig = new Rig(options)) {
      var authority = new TlsClient();
      authority.protocols = new String[] {version};
      authority.alpn = new String[] {"acme-tls/1"};
      Outcome outcome = authority.get(rig.entryPoint.address(), "a.test");
      assertThat(outcome.name()).isEqualTo("challenge");
      assertThat(outcome.alpn()).isEqualTo("acme-tls/1");
      assertThat(outcome.answer()).isEmpty();
      assertThatThrownBy(() -> authority.get(rig.entryPoint.address(), "other.test"))
          .isInstanceOf(SSLException.class);

      var browser = new TlsClient();
      browser.alpn = new String[] {"http/1.1", "acme-tls/1"};
      assertThat(browser.get(rig.entryPoint.address(), "a.test").name()).isEqualTo("a.test");
      rig.nextSeen();
      assertThat(rig.seen).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void tellsWhatTheConnectionIs(String version) throws Exception {
    options.tls = table(A);
    try (var rig = new Rig(options)) {
      var client = new TlsClient();
      client.protocols = new String[] {version};
      client.get(rig.entryPoint.address(), "a.test");

      CompletedExchange completed = rig.nextCompleted();
      ClientTls tls = completed.request().tls().orElseThrow();
      assertThat(completed.request().secure()).isTrue();
      assertThat(tls.version()).isEqualTo(version.substring(4));
      assertThat(tls.cipherSuite()).contains("_GCM_SHA");
      assertThat(tls.serverName()).isEqualTo("a.test");
    }
  }

  @Test
  void choosesByNameThenWildcardThenAddressThenDefault() throws Exception {
    Tls.Certificate address = TestCertificates.of(Kind.P256, "by-address", "127.0.0.1");
    Tls.Certificate exact = TestCertificates.of(Kind.P256, "x.b.test");
    options.tls = table(A, B, exact, address);
    try (var rig = new Rig(options)) {
      var client = new TlsClient();

      assertThat(client.get(rig.entryPoint.address(), "A.test").name()).isEqualTo("a.test");
      assertThat(client.get(rig.entryPoint.address(), "y.b.test").name()).isEqualTo("*.b.test");
      assertThat(client.get(rig.entryPoint.address(), "x.b.test").name()).isEqualTo("x.b.test");
      assertThat(client.get(rig.entryPoint.address(), "").name()).isEqualTo("by-address");
      assertThat(client.get(rig.entryPoint.address(), "z.y.b.test").name())
          .isEqualTo("PHALANX DEFAULT CERT");
    }
  }

  @Test
  void offersHttp11AndTakesClientsThatNameNothing() throws Exception {
    options.tls = table(A);
    try (var rig = new Rig(options)) {
      var client = new TlsClient();
      assertThat(client.get(rig.entryPoint.address(), "a.test").alpn()).isEmpty();
      client.alpn = new String[] {"made-up", "http/1.1"};
      assertThat(client.get(rig.entryPoint.address(), "a.test").alpn()).isEqualTo("http/1.1");
    }
  }

  @Test
  void boundsVersionsAsTheOptionsSay() throws Exception {
    options.tls = withOptions(named("VersionTLS13", "", false), A);
    try (var rig = new Rig(options)) {
      var client = new TlsClient();
      client.protocols = new String[] {"TLSv1.2"};

      assertThatThrownBy(() -> client.get(rig.entryPoint.address(), "a.test"))
          .isInstanceOf(IOException.class);
      options.tls = withOptions(named("", "VersionTLS12", false), A);

      assertThat(new TlsClient().get(rig.entryPoint.address(), "a.test").version())
          .isEqualTo("TLSv1.2");
    }
  }

  @Test
  void strictOptionsRefuseNamesWithoutACertificateAndSayWhy() throws Exception {
    options.tls = withOptions(named("", "", true), A);
    try (var rig = new Rig(options)) {
      assertThat(new TlsClient().get(rig.entryPoint.address(), "a.test").name())
          .isEqualTo("a.test");
      assertThatThrownBy(() -> new TlsClient().get(rig.entryPoint.address(), "c.test"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("unrecognized_name");
      assertThat(rig.entryPoint.failedHandshakes()).isEqualTo(1);
    }
  }

  @Test
  void anActivatedChangeTouchesNoOpenConnection() throws Exception {
    options.tls = table(A);
    try (var rig = new Rig(options);
        SSLSocket open = new TlsClient().connect(rig.entryPoint.address(), "a.test")) {
      open.startHandshake();
      options.tls = table(B);

      open.getOutputStream()
          .write(
              "GET /old HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(open.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .endsWith("GET /old\n");
      assertThat(new TlsClient().get(rig.entryPoint.address(), "a.test").name())
          .isEqualTo("PHALANX DEFAULT CERT");
    }
  }

  @Test
  void plainRequestsAreServedBesideTls() throws Exception {
    options.tls = table(A);
    try (var rig = new Rig(options)) {
      assertThat(rig.exchange("GET /p HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"))
          .endsWith("GET /p\n");
      assertThat(rig.nextSeen().header("X-Forwarded-Proto")).containsExactly("http");
      assertThat(rig.nextCompleted().request().tls()).isEmpty();
    }
  }

  @Test
  void keepsAConnectionForManyRequestsWithBodies() throws Exception {
    options.tls = table(A);
    try (var rig = new Rig(options, Echo::handle);
        SSLSocket socket = new TlsClient().connect(rig.entryPoint.address(), "a.test")) {
      String body = "0123456789".repeat(20_000);
      for (int i = 0; i < 20; i++) {
        socket
            .getOutputStream()
            .write(
                ("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.US_ASCII));
        String head = readHead(socket);
        assertThat(head).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(
                new String(
                    socket.getInputStream().readNBytes(body.length()), StandardCharsets.US_ASCII))
            .isEqualTo(body);
      }
    }
  }

  private static String readHead(SSLSocket socket) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    return head.toString();
  }

  @Test
  void aClientThatGoesAwayBeforeItsAnswerIsNoticed() throws Exception {
    options.tls = table(A);
    try (var rig = new Rig(options, Exchange::suspend)) {
      try (SSLSocket socket = new TlsClient().connect(rig.entryPoint.address(), "a.test")) {
        socket
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        rig.nextSeen();
      }

      assertThat(rig.nextCompleted().response().status()).isEqualTo(499);
    }
  }

  @Test
  void requestsThatComeTogetherAreAnsweredInOrder() throws Exception {
    options.tls = table(A);
    try (var rig = new Rig(options);
        SSLSocket socket = new TlsClient().connect(rig.entryPoint.address(), "a.test")) {
      socket
          .getOutputStream()
          .write(
              ("GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n"
                      + "GET /3 HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .containsSubsequence("GET /1\n", "GET /2\n", "GET /3\n");
    }
  }

  @Test
  void aClientThatStallsInItsHandshakeIsCutOff() throws Exception {
    options.readTimeout = Duration.ofMillis(200);
    try (var rig = new Rig(options);
        var client = rig.connect()) {
      client.send(new byte[] {22, 3, 1, 1, 0, 1, 0});

      assertThat(client.readToEnd()).isEmpty();
    }
  }

  @Test
  void handshakesBeyondThoseThatMayWaitAreRefusedAndCounted() throws Exception {
    int most = Workers.HANDSHAKE_THREADS + Workers.MAX_WAITING_HANDSHAKES;
    var free = new CountDownLatch(1);
    var done = new CountDownLatch(most);
    try (var rig = new Rig(options)) {
      for (int i = 0; i < most; i++) {
        rig.workers.handshakes().execute(() -> waitFor(free, done));
      }
      assertThatThrownBy(() -> new TlsClient().get(rig.entryPoint.address(), "a.test"))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("internal_error");
      assertThat(rig.entryPoint.failedHandshakes()).isEqualTo(1);

      free.countDown();
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(new TlsClient().get(rig.entryPoint.address(), "a.test").answer())
          .startsWith("HTTP/1.1 200 ");
    } finally {
      free.countDown();
    }
  }

  private static void waitFor(CountDownLatch free, CountDownLatch done) {
    try {
      free.await();
      done.countDown();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void noiseThatBeginsLikeTlsIsRefusedWithAnAlert() throws Exception {
    try (var rig = new Rig(options);
        var client = rig.connect()) {
      client.send(new byte[] {22, 3, 1, 0, 5, 9, 0, 0, 1, 0});

      assertThat(client.readToEnd().getBytes(StandardCharsets.ISO_8859_1))
          .containsExactly(21, 3, 3, 0, 2, 2, 50);
      assertThat(rig.entryPoint.failedHandshakes()).isEqualTo(1);
    }
  }

  @Test
  void aHandshakeInPiecesIsOne() throws Exception {
    options.tls = table(A);
    try (var rig = new Rig(options);
        var slow = new Dribble(rig.entryPoint.address());
        SSLSocket socket = new TlsClient().over(slow, "a.test")) {
      socket.startHandshake();

      assertThat(socket.getSession().isValid()).isTrue();
    }
  }
}
