package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static io.phalanx.node.forwarding.TcpRig.connect;
import static io.phalanx.node.forwarding.TcpRig.connectTls;
import static io.phalanx.node.forwarding.TcpRig.echo;
import static io.phalanx.node.forwarding.TcpRig.everything;
import static io.phalanx.node.forwarding.TcpRig.read;
import static io.phalanx.node.forwarding.TcpRig.readToEnd;
import static io.phalanx.node.forwarding.TcpRig.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients and servers of TCP that are connected: bytes, halves, ends, and servers that fail. */
class TcpRelayTest {
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
  void serversMaySpeakFirst() throws Exception {
    try (var server = new ScriptedServer(echo("220 ready"));
        Socket client = connect(rig.serve(everything("", server)))) {
      assertThat(read(client, 9)).isEqualTo("220 ready");
      send(client, "HELO");
      assertThat(read(client, 4)).isEqualTo("HELO");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void movesMoreThanAnybodyHoldsAndLosesNothing(boolean tls) throws Exception {
    int size = tls ? 4 << 20 : 24 << 20; // Tests are compiled without what makes ciphers fast.
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ((i * 31) >> 8);
    }
    String config = tls ? everythingByTls() : everything("", echoServer());
    EntryPoint entryPoint = rig.serve(config);
    try (Socket client = tls ? connectTls(entryPoint, "a.test") : connect(entryPoint)) {
      Thread.ofVirtual().start(() -> write(client, bytes));
      assertThat(client.getInputStream().readNBytes(size)).isEqualTo(bytes);
    }
    eventually(() -> entryPoint.activeExchanges() == 0);
    eventually(() -> rig.forwarder.buffersOut() == 0 && rig.workers.buffersOut() == 0);
  }

  private ScriptedServer echoServer() {
    return new ScriptedServer(echo(""));
  }

  private String everythingByTls() {
    return """
    tcp:
      routers: {all: {rule: HostSNI(`*`), service: s, tls: {}}}
      services: {s: {loadBalancer: {servers: [%s]}}}
    """
        .formatted(TcpRig.addresses(echoServer()));
  }

  private static void write(Socket client, byte[] bytes) {
    try {
      client.getOutputStream().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whoever waits for an answer sends nothing more: what came before may not wait for more. */
  @Test
  void keepsNothingBackFromASenderThatWaits() throws Exception {
    try (var server = new ScriptedServer(echo(""));
        Socket client = connect(rig.serve(everything("", server)))) {
      for (int size = 1; size <= 1 << 22; size = size * 2 + 1) {
        byte[] piece = new byte[size];
        Thread.ofVirtual().start(() -> write(client, piece));
        assertThat(client.getInputStream().readNBytes(size)).hasSize(size);
      }
    }
  }

  @Test
  void holdsASenderBackWhoseReceiverTakesNothing() throws Exception {
    var sent = new AtomicLong();
    try (var server =
            new ScriptedServer(
                connection -> {
                  OutputStream out = connection.socket().getOutputStream();
                  byte[] piece = new byte[1 << 16];
                  while (true) {
                    out.write(piece);
                    sent.addAndGet(piece.length);
                  }
                });
        Socket client = connect(rig.serve(everything("", server)))) {
      client.getInputStream().readNBytes(1);
      // Held for what the client's socket does not take: the server is not read meanwhile.
      eventually(() -> rig.forwarder.buffersOut() == 1 && isStill(sent));

      assertThat(sent.get()).isLessThan(64 << 20);
    }
    eventually(() -> rig.forwarder.buffersOut() == 0);
  }

  private static boolean isStill(AtomicLong count) {
    long before = count.get();
    LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
    return count.get() == before;
  }

  @Test
  void aClientThatEndsItsHalfGetsTheRest() throws Exception {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.socket().getInputStream().readAllBytes();
                  connection.send("after the end");
                });
        Socket client = connect(rig.serve(everything("", server)))) {
      send(client, "all of it");
      client.shutdownOutput();

      assertThat(readToEnd(client)).isEqualTo("after the end");
    }
  }

  @Test
  void aServerThatEndsItsHalfGetsTheRest() throws Exception {
    var got = new CompletableFuture<String>();
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.send("bye");
                  connection.socket().shutdownOutput();
                  got.complete(connection.read(3));
                });
        Socket client = connect(rig.serve(everything("terminationDelay: 5000", server)))) {
      assertThat(readToEnd(client)).isEqualTo("bye");
      send(client, "yet");

      assertThat(got.get(10, TimeUnit.SECONDS)).isEqualTo("yet");
    }
  }

  @Test
  void aHalfThatIsSilentAfterTheOtherEndedIsEnded() throws Exception {
    try (var server = new ScriptedServer(ScriptedServer.Connection::readToEnd);
        Socket client = connect(rig.serve(everything("", server)))) {
      client.shutdownOutput();

      assertThat(client.getInputStream().read()).isEqualTo(-1);
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void aHalfThatGoesOnAfterTheOtherEndedIsNotCut() throws Exception {
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.socket().getInputStream().readAllBytes();
                  for (int i = 0; i < 20; i++) {
                    connection.send("x");
                    TimeUnit.MILLISECONDS.sleep(20);
                  }
                });
        Socket client = connect(rig.serve(everything("terminationDelay: 200", server)))) {
      client.shutdownOutput();

      assertThat(readToEnd(client)).hasSize(20);
    }
  }

  @Test
  void aResetOfOneSideIsTheEndOfTheOther() throws Exception {
    try (var server = new ScriptedServer(ScriptedServer.Connection::readToEnd)) {
      EntryPoint entryPoint = rig.serve(everything("", server));
      Socket client = connect(entryPoint);
      send(client, "x");
      eventually(() -> !server.connections.isEmpty());
      client.setSoLinger(true, 0);
      client.close();

      assertThat(server.awaitEnd()).isTrue();
      eventually(() -> entryPoint.activeExchanges() == 0);
    }
  }

  @Test
  void aServerThatResetsEndsItsClient() throws Exception {
    try (var server = new ScriptedServer(ScriptedServer.Connection::reset);
        Socket client = connect(rig.serve(everything("", server)))) {
      assertThat(readToEnd(client)).isEmpty();
    }
  }

  @Test
  void aServerThatRefusesEndsItsClientAndIsCounted() throws Exception {
    int port;
    try (var nobody = new ServerSocket(0)) {
      port = nobody.getLocalPort();
    }
    String config =
        """
        tcp:
          routers: {all: {rule: HostSNI(`*`), service: s}}
          services: {s: {loadBalancer: {servers: [{address: '127.0.0.1:%d'}]}}}
        """
            .formatted(port);
    try (Socket client = connect(rig.serve(config))) {
      assertThat(readToEnd(client)).isEmpty();
      assertThat(rig.forwarder.tcp().failures()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatHangsInItsHandshakeHasDialTimeout() throws Exception {
    try (var server = new ScriptedServer(ScriptedServer.Connection::readToEnd)) {
      String config =
          """
          tcp:
            routers: {all: {rule: HostSNI(`*`), service: s}}
            serversTransports: {fast: {dialTimeout: 300ms}}
            services:
              s: {loadBalancer: {serversTransport: fast,
                  servers: [{address: '127.0.0.1:%d', tls: true}]}}
          """
              .formatted(server.port());
      try (Socket client = connect(rig.serve(config))) {
        assertThat(readToEnd(client)).isEmpty();
      }
      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void serversWithTlsAreToldSoAndHaveToBeTrusted() throws Exception {
    var authority = new TestAuthority("Corp");
    rig.toServers(authority.trusted());
    try (var known = authority.server(authority.issue("127.0.0.1"), echo("known"));
        var stranger = new TestAuthority("Other").server(authority.issue("b.test"), echo("no"))) {
      String config =
          """
          tcp:
            routers:
              known: {rule: ClientIP(`127.0.0.2`), service: known}
              stranger: {rule: ClientIP(`127.0.0.3`), service: stranger}
            services:
              known: {loadBalancer: {servers: [{address: '127.0.0.1:%d', tls: true}]}}
              stranger: {loadBalancer: {servers: [{address: '127.0.0.1:%d', tls: true}]}}
          """
              .formatted(known.port(), stranger.port());
      EntryPoint entryPoint = rig.serve(config);
      try (Socket client = connect(entryPoint, "127.0.0.2");
          Socket other = connect(entryPoint, "127.0.0.3")) {
        assertThat(read(client, 5)).isEqualTo("known");
        send(client, "ping");
        assertThat(read(client, 4)).isEqualTo("ping");
        assertThat(readToEnd(other)).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void serversAreToldWhoTheClientIs(int version) throws Exception {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readProxyHeader();
              echo("hello").run(connection);
            })) {
      EntryPoint entryPoint =
          rig.serve(everything("proxyProtocol: {version: " + version + "}", server));
      try (Socket client = connect(entryPoint, "127.0.0.9")) {
        assertThat(read(client, 5)).isEqualTo("hello");
        assertThat(server.announced)
            .containsExactly(
                Optional.of(
                    new Addresses(
                        new InetSocketAddress("127.0.0.9", client.getLocalPort()),
                        entryPoint.address())));
      }
    }
  }

  @Test
  void connectionsEndWithTheEntryPointWhenTheirTimeIsUp() throws Exception {
    try (var server = new ScriptedServer(echo("a"))) {
      EntryPoint entryPoint = rig.serve(everything("", server));
      try (Socket client = connect(entryPoint)) {
        assertThat(read(client, 1)).isEqualTo("a");
        entryPoint.stopAccepting();
        assertThat(entryPoint.activeExchanges()).isEqualTo(1);
        send(client, "still");
        assertThat(read(client, 5)).isEqualTo("still");

        entryPoint.close();

        assertThat(readToEnd(client)).isEmpty();
      }
    }
  }

  @Test
  void aChangeOfTheConfigurationLeavesConnectionsAlone() throws Exception {
    try (var first = new ScriptedServer(echo("1"));
        var second = new ScriptedServer(echo("2"))) {
      EntryPoint entryPoint = rig.serve(everything("", first));
      try (Socket early = connect(entryPoint)) {
        assertThat(read(early, 1)).isEqualTo("1");
        rig.change(everything("", second));
        try (Socket late = connect(entryPoint)) {
          assertThat(read(late, 1)).isEqualTo("2");
          send(early, "on");
          assertThat(read(early, 2)).isEqualTo("on");
        }
      }
    }
  }
}
