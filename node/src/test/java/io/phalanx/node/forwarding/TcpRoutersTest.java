package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.TcpRig.commonName;
import static io.phalanx.node.forwarding.TcpRig.connect;
import static io.phalanx.node.forwarding.TcpRig.connectTls;
import static io.phalanx.node.forwarding.TcpRig.echo;
import static io.phalanx.node.forwarding.TcpRig.read;
import static io.phalanx.node.forwarding.TcpRig.readToEnd;
import static io.phalanx.node.forwarding.TcpRig.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.activation.Compiled;
import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.providers.Problem;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which router takes which connection, with TLS and without. */
class TcpRoutersTest {
  private static final String HTTP = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

  private TcpRig rig;

  @BeforeEach
  void start() throws IOException {
    rig = new TcpRig();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void tlsEndsHereOrGoesThroughAsTheRouterSays() throws Exception {
    var authority = new TestAuthority("Corp");
    rig.certificates(TestCertificates.of(Kind.P256, "ends.test"));
    try (var plain = new ScriptedServer(echo("plain"));
        var secure = authority.server(authority.issue("inner"), echo("secure"))) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers:
                  ends: {rule: HostSNI(`ends.test`), service: plain, tls: {}}
                  through: {rule: HostSNI(`*.through.test`), service: secure,
                    tls: {passthrough: true}}
                services:
                  plain: {loadBalancer: {servers: [%s]}}
                  secure: {loadBalancer: {servers: [%s]}}
              """
                  .formatted(TcpRig.addresses(plain), TcpRig.addresses(secure)));
      try (SSLSocket ends = connectTls(entryPoint, "ends.test");
          SSLSocket through = connectTls(entryPoint, "a.through.test")) {
        assertThat(read(ends, 5)).isEqualTo("plain");
        assertThat(commonName(ends)).isEqualTo("ends.test");
        send(ends, "ping");
        assertThat(read(ends, 4)).isEqualTo("ping");

        assertThat(read(through, 6)).isEqualTo("secure");
        assertThat(commonName(through)).isEqualTo("inner");
      }
    }
  }

  @Test
  void aClientWithTlsThatEndsItsHalfGetsTheRest() throws Exception {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.socket().getInputStream().readAllBytes();
              connection.send("after the end");
            })) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers: {all: {rule: HostSNI(`*`), service: s, tls: {}}}
                services: {s: {loadBalancer: {servers: [%s]}}}
              """
                  .formatted(TcpRig.addresses(server)));
      try (SSLSocket client = connectTls(entryPoint, "a.test")) {
        send(client, "all");
        client.shutdownOutput();
        assertThat(readToEnd(client)).isEqualTo("after the end");
      }
    }
  }

  @Test
  void hostsOfHttpsRoutersComeFirstAndTheirCatchAllBeforeTheOtherOne() throws Exception {
    try (var tcp = new ScriptedServer(echo("tcp"));
        var http =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send(
                      "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhttp");
                })) {
      String services =
          """
            services: {t: {loadBalancer: {servers: [%s]}}}
          http:
            services: {h: {loadBalancer: {servers: [{url: '%s'}]}}}
          """
              .formatted(TcpRig.addresses(tcp), http.url());
      String routers =
          """
          tcp:
            routers:
              rest: {rule: HostSNI(`*`), service: t, tls: {}}
              site: {rule: HostSNI(`site.test`), service: t, tls: {}, priority: 9000}
              named: {rule: HostSNI(`named.test`), service: t, tls: {}}
          """;
      EntryPoint entryPoint =
          rig.serve(
              routers
                  + services
                  + "  routers: {site: {rule: Host(`site.test`), service: h, tls: {}}}\n");
      assertThat(answer(entryPoint, "site.test")).startsWith("HTTP/1.1 404");
      assertThat(answer(entryPoint, "named.test")).startsWith("tcp");
      assertThat(answer(entryPoint, "other.test")).startsWith("tcp");

      rig.change(
          routers + services + "  routers: {path: {rule: PathPrefix(`/`), service: h, tls: {}}}\n");
      assertThat(answer(entryPoint, "named.test")).startsWith("tcp");
      assertThat(answer(entryPoint, "other.test")).endsWith("http");
    }
  }

  private static String answer(EntryPoint entryPoint, String serverName) throws IOException {
    try (SSLSocket client = connectTls(entryPoint, serverName)) {
      send(client, HTTP);
      String first = read(client, 3);
      return first.equals("tcp") ? first : first + readToEnd(client);
    }
  }

  @Test
  void plainRoutersLeaveToHttpWhatTheyDoNotMatch() throws Exception {
    try (var server = new ScriptedServer(echo("tcp"))) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers: {some: {rule: ClientIP(`127.0.0.2`), service: s}}
                services: {s: {loadBalancer: {servers: [%s]}}}
              """
                  .formatted(TcpRig.addresses(server)));
      try (Socket taken = connect(entryPoint, "127.0.0.2");
          Socket other = connect(entryPoint, "127.0.0.3")) {
        assertThat(read(taken, 3)).isEqualTo("tcp");
        send(other, HTTP);
        assertThat(readToEnd(other)).startsWith("HTTP/1.1 404");
      }
    }
  }

  @Test
  void optionsAreThoseOfTheRouterAndItsProtocolsAreSpoken() throws Exception {
    try (var server = new ScriptedServer(echo("mqtt"))) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tls: {options: {iot: {alpnProtocols: [mqtt], maxVersion: VersionTLS12}}}
              tcp:
                routers: {iot: {rule: ALPN(`mqtt`), service: s, tls: {options: iot}}}
                services: {s: {loadBalancer: {servers: [%s]}}}
              """
                  .formatted(TcpRig.addresses(server)));
      try (SSLSocket client = connectTls(entryPoint, "any.test", "foo", "mqtt")) {
        assertThat(read(client, 4)).isEqualTo("mqtt");
        assertThat(client.getApplicationProtocol()).isEqualTo("mqtt");
        assertThat(client.getSession().getProtocol()).isEqualTo("TLSv1.2");
      }
    }
  }

  @Test
  void optionsThatThereAreNotRefuseHandshakes() throws Exception {
    String config =
        """
        tcp:
          routers:
            strict: {rule: HostSNI(`strict.test`), service: s, tls: {options: lost}}
            rest: {rule: HostSNI(`*`), service: s, tls: {}}
          services: {s: {loadBalancer: {servers: []}}}
        """;
    Compiled compiled = rig.compile(config);
    assertThat(compiled.problems())
        .singleElement()
        .extracting(Problem::toString)
        .asString()
        .contains("tcp.routers.strict.tls", "lost");
  }

  @Test
  void postgresClientsAskFirstAndServersBehindPassthroughAreAskedToo() throws Exception {
    var authority = new TestAuthority("Corp");
    var question = new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f};
    try (var ends = new ScriptedServer(echo("ends"));
        var through =
            new ScriptedServer(
                connection -> {
                  byte[] asked = connection.socket().getInputStream().readNBytes(8);
                  assertThat(asked).isEqualTo(question);
                  connection.send("S");
                  connection.startTls(authority.context(authority.issue("inner")));
                  echo("through").run(connection);
                })) {
      EntryPoint entryPoint =
          rig.serve(
              """
              tcp:
                routers:
                  ends: {rule: HostSNI(`ends.test`), service: ends, tls: {}}
                  through: {rule: HostSNI(`through.test`), service: through,
                    tls: {passthrough: true}}
                services:
                  ends: {loadBalancer: {servers: [%s]}}
                  through: {loadBalancer: {servers: [%s]}}
              """
                  .formatted(TcpRig.addresses(ends), TcpRig.addresses(through)));
      for (String name : List.of("ends", "through")) {
        Socket plain = connect(entryPoint);
        plain.getOutputStream().write(question);
        assertThat(read(plain, 1)).isEqualTo("S");
        try (SSLSocket client = TcpRig.over(plain, name + ".test")) {
          assertThat(read(client, name.length())).isEqualTo(name);
          send(client, "ping");
          assertThat(read(client, 4)).isEqualTo("ping");
        }
      }
      try (Socket injecting = connect(entryPoint)) {
        injecting.getOutputStream().write(question);
        assertThat(read(injecting, 1)).isEqualTo("S");
        send(injecting, "Q plain text");
        assertThat(readToEnd(injecting)).isEmpty();
      }
    }
  }

  @Test
  void whatCannotBeServedIsNamed() throws Exception {
    Compiled compiled =
        rig.compile(
            """
            tcp:
              routers:
                two: {rule: "HostSNI(`a`, `b`)", service: s, tls: {}}
                plain: {rule: HostSNI(`a.test`), service: s}
                http: {rule: Path(`/`), service: s, tls: {}}
                acme: {rule: ALPN(`acme-tls/1`), service: s, tls: {}}
                lost: {rule: HostSNI(`*`), service: loost, middlewares: [gone], entryPoints: [wep]}
                circle: {rule: HostSNI(`*`), service: c1}
              middlewares:
                bad: {ipAllowList: {sourceRange: [300.0.0.1]}}
              services:
                s: {loadBalancer: {servers: []}}
                lone: {loadBalancer: {serversTransport: nowhere, servers: []}}
                c1: {weighted: {services: [{name: c2}]}}
                c2: {weighted: {services: [{name: c1}]}}
                sick: {weighted: {healthCheck: {}, services: [{name: s}]}}
            """);
    assertThat(compiled.problems().stream().map(Problem::toString).toList())
        .anySatisfy(text -> assertThat(text).contains("tcp.routers.two", "1 argument"))
        .anySatisfy(text -> assertThat(text).contains("tcp.routers.plain", "needs tls"))
        .anySatisfy(text -> assertThat(text).contains("tcp.routers.http", "unknown matcher Path"))
        .anySatisfy(text -> assertThat(text).contains("tcp.routers.acme", "acme-tls/1"))
        .anySatisfy(text -> assertThat(text).contains("tcp.routers.lost.service", "loost"))
        .anySatisfy(text -> assertThat(text).contains("tcp.routers.lost.middlewares", "gone"))
        .anySatisfy(text -> assertThat(text).contains("tcp.routers.lost.entryPoints", "\"web\"?"))
        .anySatisfy(text -> assertThat(text).contains("tcp.middlewares.bad", "300.0.0.1"))
        .anySatisfy(text -> assertThat(text).contains("tcp.services.lone", "nowhere"))
        .anySatisfy(text -> assertThat(text).contains("leads back"))
        .anySatisfy(text -> assertThat(text).contains("tcp.services.sick", "healthCheck"));
    assertThat(compiled.routers()).isZero();
  }

  @Test
  void aServerNameThatNobodyHasIsForHttps() throws Exception {
    EntryPoint entryPoint =
        rig.serve(
            """
            tcp:
              routers: {one: {rule: HostSNI(`one.test`), service: s, tls: {}}}
              services: {s: {loadBalancer: {servers: []}}}
            """);
    assertThat(answer(entryPoint, "two.test")).startsWith("HTTP/1.1 404");
    assertThatThrownBy(
            () -> {
              try (SSLSocket client = connectTls(entryPoint, "one.test")) {
                if (read(client, 1).isEmpty()) {
                  throw new SSLException("nothing");
                }
              }
            })
        .isInstanceOf(IOException.class);
  }
}
