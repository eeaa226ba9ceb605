package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import io.phalanx.node.forwarding.ScriptedServer.Script;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers with TLS: handshakes, and bodies in its records. */
class TlsServersTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final TestAuthority authority = new TestAuthority("Corp");

  @Test
  void asksAServerThatItTrustsAndUsesItsConnectionAgain() {
    try (var rig = ForwardingRig.with(authority.trusted());
        var server = authority.server(authority.issue("127.0.0.1"), KeepAliveTest::answerAll)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");

      assertThat(server.connections).hasSize(1);
      assertThat(server.heads.getFirst()).startsWith("GET /cart HTTP/1.1\r\nHost: shop.example");
    }
  }

  @Test
  void namesTheServerInItsFirstMessageButNoAddress() throws InterruptedException {
    BlockingQueue<List<String>> asked = new LinkedBlockingQueue<>();
    Script tells =
        connection -> {
          connection.readHead();
          var session = (ExtendedSSLSession) ((SSLSocket) connection.socket()).getSession();
          asked.add(
              session.getRequestedServerNames().stream()
                  .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                  .toList());
          connection.send(OK);
        };
    TlsOptions.Key key = authority.issue("127.0.0.1", "backend.internal");
    try (var byAddress = ForwardingRig.with(authority.trusted());
        var byName = ForwardingRig.with(named("backend.internal"));
        var server = authority.server(key, tells)) {
      assertThat(body(byAddress.get(server.url()))).isEqualTo("ok");
      assertThat(asked.poll(10, TimeUnit.SECONDS)).isEmpty();
      assertThat(body(byName.get(server.url()))).isEqualTo("ok");
      assertThat(asked.poll(10, TimeUnit.SECONDS)).containsExactly("backend.internal");
    }
  }

  @Test
  void showsItsCertificateToAServerThatAsks() throws InterruptedException {
    BlockingQueue<String> shown = new LinkedBlockingQueue<>();
    TlsOptions mutual =
        new TlsOptions(
            Optional.empty(),
            new ServerIdentity.HostName(),
            List.of(authority.certificate),
            List.of(authority.issue("proxy.test")),
            List.of(),
            List.of());
    Script tells =
        connection -> {
          connection.readHead();
          var session = ((SSLSocket) connection.socket()).getSession();
          shown.add(session.getPeerPrincipal().getName());
          connection.send(OK);
        };
    try (var rig = ForwardingRig.with(mutual);
        var server = demanding(authority.issue("127.0.0.1"), tells)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(shown.poll(10, TimeUnit.SECONDS)).isEqualTo("CN=proxy.test");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void tellsWhenAServerWantsACertificateThatIsNotThere(String version) {
    TlsOptions plain =
        new TlsOptions(
            Optional.empty(),
            new ServerIdentity.HostName(),
            List.of(authority.certificate),
            List.of(),
            List.of(),
            List.of(version));
    try (var rig = ForwardingRig.with(plain);
        var server = demanding(authority.issue("127.0.0.1"), KeepAliveTest::answerAll)) {
      UpstreamFault fault = upstreamFault(rig.get(server.url()));

      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(fault.reason()).containsIgnoringCase("alert");
    }
  }

  @Test
  void speaksTheVersionsThatAreConfigured() throws InterruptedException {
    BlockingQueue<String> spoken = new LinkedBlockingQueue<>();
    Script tells =
        connection -> {
          connection.readHead();
          spoken.add(((SSLSocket) connection.socket()).getSession().getProtocol());
          connection.send(OK);
        };
    try (var old = ForwardingRig.with(versions("TLSv1.2"));
        var server = authority.server(authority.issue("127.0.0.1"), tells)) {
      assertThat(body(old.get(server.url()))).isEqualTo("ok");
      assertThat(spoken.poll(10, TimeUnit.SECONDS)).isEqualTo("TLSv1.2");
    }
  }

  @Test
  void tellsWhenThereIsNoVersionInCommon() {
    ServerSocketFactory onlyNew =
        restricted(
            authority.context(authority.issue("127.0.0.1")),
            parameters -> parameters.setProtocols(new String[] {"TLSv1.3"}));
    try (var old = ForwardingRig.with(versions("TLSv1.2"));
        var server = new ScriptedServer(onlyNew, "https", KeepAliveTest::answerAll)) {
      UpstreamFault fault = upstreamFault(old.get(server.url()));

      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(fault.reason()).contains("protocol_version");
    }
  }

  @Test
  void speaksTheCipherSuitesThatAreConfiguredAndThoseOfTls13() throws InterruptedException {
    BlockingQueue<String> spoken = new LinkedBlockingQueue<>();
    Script tells =
        connection -> {
          connection.readHead();
          spoken.add(((SSLSocket) connection.socket()).getSession().getCipherSuite());
          connection.send(OK);
        };
    String suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    try (var old = ForwardingRig.with(suites(suite, List.of("TLSv1.2")));
        var current = ForwardingRig.with(suites(suite, List.of()));
        var server = authority.server(authority.issue("127.0.0.1"), tells)) {
      assertThat(body(old.get(server.url()))).isEqualTo("ok");
      assertThat(spoken.poll(10, TimeUnit.SECONDS)).isEqualTo(suite);
      assertThat(body(current.get(server.url()))).isEqualTo("ok");
      assertThat(spoken.poll(10, TimeUnit.SECONDS)).doesNotContain("_WITH_");
    }
  }

  @Test
  void takesUpASessionAgain() throws InterruptedException {
    BlockingQueue<Long> created = new LinkedBlockingQueue<>();
    Script onceEach =
        connection -> {
          connection.readHead();
          created.add(((SSLSocket) connection.socket()).getSession().getCreationTime());
          connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        };
    try (var rig = ForwardingRig.with(versions("TLSv1.2"));
        var server = authority.server(authority.issue("127.0.0.1"), onceEach)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");
      assertThat(body(rig.get(server.url()))).isEqualTo("ok");

      assertThat(created.poll(10, TimeUnit.SECONDS)).isEqualTo(created.poll(10, TimeUnit.SECONDS));
      assertThat(server.connections).hasSize(2);
    }
  }

  @Test
  void tellsWhenAServerDoesNotSpeakTls() {
    try (var rig = ForwardingRig.with(authority.trusted());
        var server =
            new ScriptedServer(
                connection -> {
                  connection.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                  connection.readToEnd();
                })) {
      UpstreamFault fault = upstreamFault(rig.get(https(server)));

      assertThat(fault.kind()).isEqualTo(Kind.TLS);
      assertThat(fault.stage()).isEqualTo(Stage.CONNECTING);
    }
  }

  @Test
  void tellsWhenAServerGoesAwayInTheHandshake() {
    try (var rig = ForwardingRig.with(authority.trusted());
        var server = new ScriptedServer(connection -> connection.read(5))) {
      assertThat(upstreamFault(rig.get(https(server))).kind()).isEqualTo(Kind.CLOSED);
    }
  }

  @Test
  void givesUpOnAHandshakeThatDoesNotGoOn() throws InterruptedException {
    var hello = new CountDownLatch(1);
    try (var rig = ForwardingRig.with(authority.trusted());
        var server =
            new ScriptedServer(
                connection -> {
                  connection.read(5);
                  hello.countDown();
                  connection.readToEnd();
                })) {
      MemoryExchange exchange = rig.get(https(server));
      assertThat(hello.await(10, TimeUnit.SECONDS)).isTrue();
      rig.settle();
      rig.advance(Duration.ofSeconds(9));
      rig.settle();
      assertThat(exchange.failure).isNotDone();
      rig.advance(Duration.ofSeconds(1));

      UpstreamFault fault = upstreamFault(exchange);
      assertThat(fault.kind()).isEqualTo(Kind.TIMEOUT);
      assertThat(fault.stage()).isEqualTo(Stage.CONNECTING);
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhalf"
      })
  void doesNotTakeABodyThatWasCutOffForWhole(String answer) {
    SSLContext context = authority.context(authority.issue("127.0.0.1"));
    Script cut =
        connection -> {
          SSLSocket secure =
              (SSLSocket) context.getSocketFactory().createSocket(connection.socket(), null, false);
          secure.setUseClientMode(false);
          var head = new StringBuilder();
          while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) secure.getInputStream().read());
          }
          secure.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        };
    try (var rig = ForwardingRig.with(authority.trusted());
        var server = new ScriptedServer(cut)) {
      MemoryExchange exchange = rig.get(https(server));
      UpstreamFault fault = upstreamFault(exchange);

      assertThat(fault.stage()).isEqualTo(Stage.STREAMING);
      assertThat(fault.kind()).isEqualTo(Kind.CLOSED);
      assertThat(exchange.body).isNotDone();
    }
  }

  @Test
  void takesABodyThatEndsWithItsConnectionForWholeIfTlsEndsIt() {
    Script ends =
        connection -> {
          connection.readHead();
          connection.send("HTTP/1.1 200 OK\r\n\r\nwhole");
        };
    try (var rig = ForwardingRig.with(authority.trusted());
        var server = authority.server(authority.issue("127.0.0.1"), ends)) {
      assertThat(body(rig.get(server.url()))).isEqualTo("whole");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void passesLargeBodiesBothWays(String version) {
    String large = "0123456789abcdef".repeat(200_000);
    Script echo =
        connection -> {
          connection.readHead();
          String came = connection.read(large.length());
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + came.length() + "\r\n\r\n");
          connection.send(came);
          connection.readToEnd();
        };
    try (var rig = ForwardingRig.with(versions(version));
        var server = authority.server(authority.issue("127.0.0.1"), echo)) {
      MemoryExchange exchange = rig.exchange("POST", ListedHeaders.of(), large.length());
      rig.start(exchange, server.url());
      exchange.source.send(large);
      exchange.source.end();

      assertThat(body(exchange)).isEqualTo(large);
    }
  }

  @Test
  void readsNoFurtherThanTheClientTakes() {
    String large = "0123456789abcdef".repeat(1_000_000);
    var sent = new ArrayList<Integer>();
    Script pours =
        connection -> {
          connection.readHead();
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + large.length() + "\r\n\r\n");
          connection.send(large);
          sent.add(large.length());
          connection.readToEnd();
        };
    try (var rig = ForwardingRig.with(authority.trusted());
        var server = authority.server(authority.issue("127.0.0.1"), pours)) {
      MemoryExchange exchange = rig.exchange("GET", ListedHeaders.of(), 0).closed();
      rig.start(exchange, server.url());
      await(exchange.started);
      rig.settle();
      exchange.sink.open(100_000);
      rig.settle();
      assertThat(sent).isEmpty();
      exchange.sink.open(Long.MAX_VALUE);

      assertThat(body(exchange)).isEqualTo(large);
    }
  }

  private TlsOptions named(String serverName) {
    return authority.trusted(Optional.of(serverName), new ServerIdentity.HostName());
  }

  private TlsOptions versions(String... versions) {
    return new TlsOptions(
        Optional.empty(),
        new ServerIdentity.HostName(),
        List.of(authority.certificate),
        List.of(),
        List.of(),
        List.of(versions));
  }

  private TlsOptions suites(String suite, List<String> versions) {
    return new TlsOptions(
        Optional.empty(),
        new ServerIdentity.HostName(),
        List.of(authority.certificate),
        List.of(),
        List.of(suite),
        versions);
  }

  private ScriptedServer demanding(TlsOptions.Key key, Script script) {
    return new ScriptedServer(
        restricted(authority.context(key), parameters -> parameters.setNeedClientAuth(true)),
        "https",
        script);
  }

  private static URI https(ScriptedServer server) {
    return URI.create("https://127.0.0.1:" + server.port());
  }

  private static ServerSocketFactory restricted(
      SSLContext context, Consumer<SSLParameters> restriction) {
    return new RestrictedSockets(context.getServerSocketFactory(), restriction);
  }
}
