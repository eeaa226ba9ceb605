package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.attempt.Copies;
import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.EntryPointOptions;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Forwarder.Target;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.forwarding.ScriptedServer.Script;
import io.phalanx.node.pipeline.MirroringEndpoint;
import io.phalanx.node.pipeline.MirroringEndpoint.Bodies;
import io.phalanx.node.pipeline.MirroringEndpoint.Mirror;
import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import io.phalanx.node.proxyprotocol.ProxyVersion;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What servers are told of real clients, whose connections are read from their first byte on. */
class AnnouncedThroughEntryPointTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n";
  private static final String ANSWER_END = "\r\n\r\nok";
  private static final String CHUNKS_END = "ok\r\n0\r\n\r\n";

  private final TestAuthority authority = new TestAuthority("Corp");
  private final SSLContext tls = authority.context(authority.issue("127.0.0.1"));
  private final HttpForwarder forwarder = new HttpForwarder();
  private Workers workers;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(2);
  }

  @AfterEach
  void stop() {
    forwarder.close();
    workers.close();
  }

  private ExchangeHandler to(URI server, ProxyVersion version) {
    var transport =
        forwarder.transport(
            new TransportOptions(
                TransportOptions.Timeouts.STANDARD,
                2,
                true,
                authority.trusted(),
                Optional.of(version)));
    var target = new Target(server, true, false, transport);
    return exchange -> forwarder.forward(exchange, target);
  }

  private EntryPoint open(ExchangeHandler handler) throws IOException {
    return open(handler, Fronts.options());
  }

  private EntryPoint open(ExchangeHandler handler, EntryPointOptions options) throws IOException {
    return EntryPoint.open(workers, options, handler, List.of(), Fronts::tls);
  }

  private static Socket connect(EntryPoint entryPoint) throws IOException {
    var socket = new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static String readTo(Socket client, String end) throws IOException {
    var text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int read = client.getInputStream().read();
      if (read < 0) {
        throw new EOFException("ended behind: " + text);
      }
      text.append((char) read);
    }
    return text.toString();
  }

  private static Optional<Addresses> of(Socket client) {
    return Optional.of(
        new Addresses(
            (InetSocketAddress) client.getLocalSocketAddress(),
            (InetSocketAddress) client.getRemoteSocketAddress()));
  }

  private Script script(String protocol) {
    return connection -> {
      connection.readProxyHeader();
      if (protocol.startsWith("https")) {
        connection.startTls(tls, protocol.equals("https-h2") ? "h2" : "http/1.1");
      }
      if (protocol.equals("h2c") || protocol.equals("https-h2")) {
        new Http2Script(connection).answerAll();
      } else {
        try {
          KeepAliveTest.answerAll(connection);
        } catch (IOException _) {
          connection.readToEnd();
        }
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "http, V1",
    "http, V2",
    "h2c, V1",
    "h2c, V2",
    "https, V1",
    "https, V2",
    "https-h2, V1",
    "https-h2, V2"
  })
  void theHeaderComesFirstAndOnceForEachClient(String protocol, ProxyVersion version)
      throws Exception {
    try (var server = new ScriptedServer(script(protocol))) {
      URI url = URI.create(protocol.replaceFirst("-.*", "") + "://127.0.0.1:" + server.port());
      String end = protocol.contains("h2") ? CHUNKS_END : ANSWER_END;
      var expected = new ArrayList<Optional<Addresses>>();
      try (var entryPoint = open(to(url, version))) {
        try (var one = connect(entryPoint);
            var other = connect(entryPoint)) {
          for (int i = 0; i < 3; i++) {
            for (Socket client : List.of(one, other)) {
              send(client, GET);
              readTo(client, end);
            }
          }
          expected.addAll(List.of(of(one), of(other)));
          assertThat(server.announced).isEqualTo(expected);
          assertThat(forwarder.announcedClients()).isEqualTo(2);
          assertThat(server.ends).isEmpty();
        }

        assertThat(server.awaitEnd()).isTrue();
        assertThat(server.awaitEnd()).isTrue();
        assertThat(forwarder.announcedClients()).isZero();
        assertThat(server.heads).hasSize(6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"http, 2", "h2c, 1"})
  void requestsOfAClientThatSpeaksHttp2AreOneClients(String protocol, int connections)
      throws Exception {
    String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\0\0\0\4\0\0\0\0\0";
    String get = "\202\206\204A\1a";
    Script together =
        connection -> {
          connection.readProxyHeader();
          if (protocol.equals("http")) {
            connection.readHead();
            connection.readToEnd();
          } else {
            try {
              new Http2Script(connection).answerAll();
            } catch (SocketException _) {
              // A reset is an end, too.
              connection.readToEnd();
            }
          }
        };
    try (var server = new ScriptedServer(together);
        var entryPoint =
            open(to(URI.create(protocol + "://127.0.0.1:" + server.port()), ProxyVersion.V2))) {
      try (var client = connect(entryPoint)) {
        send(client, preface + "\0\0\6\1\5\0\0\0\1" + get + "\0\0\6\1\5\0\0\0\3" + get);
        eventually(() -> server.heads.size() == 2);

        assertThat(server.announced).isEqualTo(Collections.nCopies(connections, of(client)));
        assertThat(forwarder.announcedClients()).isEqualTo(1);
      }
      for (int i = 0; i < connections; i++) {
        assertThat(server.awaitEnd()).isTrue();
      }
      eventually(() -> forwarder.announcedClients() == 0);
    }
  }

  @Test
  void aStrangerWithManyPortsLeavesNothing() throws Exception {
    try (var server = new ScriptedServer(script("http"));
        var entryPoint = open(to(server.url(), ProxyVersion.V2))) {
      for (int i = 0; i < 300; i++) {
        try (var client = connect(entryPoint)) {
          send(client, GET);
          if (i % 2 == 0) {
            readTo(client, ANSWER_END);
          }
        }
      }

      eventually(() -> server.ends.size() == server.connections.size());
      eventually(() -> forwarder.announcedClients() == 0);
      assertThat(server.announced).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(150);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 203.0.113.7 198.51.100.1 5555 443",
    "PROXY TCP6 2001:db8::7 2001:db8::1 1 65535"
  })
  void whoIsAnnouncedHereIsAnnouncedThere(String header) throws Exception {
    try (var server = new ScriptedServer(script("http"));
        var entryPoint = open(to(server.url(), ProxyVersion.V2), Fronts.behindProxy());
        var client = connect(entryPoint)) {
      send(client, header + "\r\n" + GET);
      readTo(client, ANSWER_END);

      String[] words = header.split(" ");
      assertThat(server.announced)
          .containsExactly(
              Optional.of(new Addresses(at(words[2], words[4]), at(words[3], words[5]))));
    }
  }

  private static InetSocketAddress at(String address, String port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), Integer.parseInt(port));
  }

  @Test
  void tunnelsAreAnnouncedAndEndWithTheirClient() throws Exception {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readProxyHeader();
                  connection.readHead();
                  connection.send(
                      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: ledger\r\n"
                          + "Connection: Upgrade\r\n\r\n");
                  connection.send(connection.read(4));
                  connection.readToEnd();
                });
        var entryPoint = open(to(server.url(), ProxyVersion.V1))) {
      try (var client = connect(entryPoint)) {
        send(
            client,
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ledger\r\n\r\nping");
        assertThat(readTo(client, "ping")).startsWith("HTTP/1.1 101 ");
        assertThat(server.announced).containsExactly(of(client));
      }

      assertThat(server.awaitEnd()).isTrue();
      eventually(() -> forwarder.announcedClients() == 0);
    }
  }

  @Test
  void triesAndCopiesAreAnnouncedAsTheirClientThoughItHasLeft() throws Exception {
    Script takesHello =
        connection -> {
          connection.readProxyHeader();
          connection.readHead();
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + connection.read(5));
          connection.readToEnd();
        };
    try (var server = new ScriptedServer(takesHello);
        var mirror = new ScriptedServer(takesHello)) {
      ExchangeHandler main = to(server.url(), ProxyVersion.V2);
      ExchangeHandler copied = to(mirror.url(), ProxyVersion.V1);
      var mirroring =
          new MirroringEndpoint(
              main::handle,
              List.of(new Mirror(copied::handle, 100)),
              new Bodies(true, -1, new MemoryBound(1 << 20, () -> {})),
              new Copies(1, _ -> {}));
      try (var entryPoint = open(mirroring::answer)) {
        Optional<Addresses> self;
        try (var client = connect(entryPoint)) {
          self = of(client);
          send(
              client,
              "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
          assertThat(readTo(client, "hello")).startsWith("HTTP/1.1 200 ");
        }

        assertThat(mirror.awaitEnd()).isTrue();
        assertThat(server.awaitEnd()).isTrue();
        assertThat(server.announced).containsExactly(self);
        assertThat(mirror.announced).containsExactly(self);
        eventually(() -> forwarder.announcedClients() == 0);
      }
    }
  }
}
