package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.body;
import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static io.phalanx.node.forwarding.ForwardingRig.upstreamFault;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.TestClient;
import io.phalanx.node.forwarding.ScriptedServer.Script;
import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import io.phalanx.node.proxyprotocol.ProxyVersion;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that tell the server whose they are: who uses them, and what is left of them. */
class AnnouncedClientsTest {
  private static final int MAX_IDLE = 2;
  private static final InetSocketAddress HERE = at("198.51.100.1", 443);

  private final ForwardingRig rig = rig(ProxyVersion.V2);

  /** One that answers all of one connection, which has to be announced. */
  private static final Script ANSWERS =
      connection -> {
        connection.readProxyHeader();
        try {
          KeepAliveTest.answerAll(connection);
        } catch (EOFException _) {
          connection.readToEnd();
        }
      };

  private static final Script ANSWERS_HTTP2 =
      connection -> {
        connection.readProxyHeader();
        new Http2Script(connection).answerAll();
      };

  private static ScriptedServer answering(String scheme) {
    return new ScriptedServer(scheme.equals("h2c") ? ANSWERS_HTTP2 : ANSWERS);
  }

  private static URI url(ScriptedServer server, String scheme) {
    return URI.create(scheme + "://127.0.0.1:" + server.port());
  }

  private static ForwardingRig rig(ProxyVersion version) {
    TransportOptions some = ForwardingRig.OPTIONS;
    return new ForwardingRig(
        new TransportOptions(
            some.timeouts(), MAX_IDLE, true, TlsOptions.STANDARD, Optional.of(version)),
        InetAddress::getAllByName);
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static Optional<Addresses> told(String client, int port) {
    return Optional.of(new Addresses(at(client, port), HERE));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** A client with a connection of its own. */
  private record Asker(ForwardingRig rig, TestClient connection, Peer peer) {
    static Asker of(ForwardingRig rig, String address, int port) {
      return new Asker(
          rig, new TestClient(rig.ioThread), Peer.of(InetAddress.ofLiteral(address), port));
    }

    MemoryExchange get(URI server) {
      return rig.start(
          new MemoryExchange(rig.ioThread, connection, peer, "GET", "/", ListedHeaders.of(), 0),
          server);
    }
  }

  private Asker asker(int port) {
    return Asker.of(rig, "192.0.2.7", port);
  }

  @ParameterizedTest
  @EnumSource
  void aConnectionBeginsWithItsClientAndIsUsedForItAlone(ProxyVersion version) {
    try (var own = rig(version);
        var server = new ScriptedServer(ANSWERS)) {
      Asker one = Asker.of(own, "192.0.2.7", 4711);
      Asker other = Asker.of(own, "192.0.2.7", 4712);
      for (int i = 0; i < 3; i++) {
        assertThat(body(one.get(server.url()))).isEqualTo("ok");
        assertThat(body(other.get(server.url()))).isEqualTo("ok");
      }

      assertThat(server.announced)
          .containsExactly(told("192.0.2.7", 4711), told("192.0.2.7", 4712));
      assertThat(server.heads).hasSize(6);
      assertThat(one.connection.listeners()).isEqualTo(1);
    }
  }

  @Test
  void streamsOfOneClientShareItsConnectionOfHttp2() {
    var together = new CountDownLatch(4);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readProxyHeader();
              var http2 = new Http2Script(connection);
              int first = http2.head().stream();
              int second = http2.head().stream();
              http2.answer(second, "second");
              http2.answer(first, "first");
              together.countDown();
              http2.answerAll();
            })) {
      Asker one = asker(1);
      Asker other = asker(2);
      MemoryExchange a = one.get(server.h2c());
      MemoryExchange b = other.get(server.h2c());
      MemoryExchange c = one.get(server.h2c());
      MemoryExchange d = other.get(server.h2c());

      assertThat(Stream.of(a, b, c, d).map(ForwardingRig::body))
          .containsExactly("first", "first", "second", "second");
      assertThat(server.announced)
          .containsExactlyInAnyOrder(told("192.0.2.7", 1), told("192.0.2.7", 2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "h2c"})
  void clientsWhoLeaveLeaveNothing(String scheme) throws InterruptedException {
    try (var server = answering(scheme)) {
      URI url = url(server, scheme);
      List<Asker> askers = IntStream.range(0, 300).mapToObj(port -> asker(port + 1)).toList();
      List<MemoryExchange> all = askers.stream().map(asker -> asker.get(url)).toList();
      all.forEach(exchange -> assertThat(body(exchange)).isEqualTo("ok"));
      assertThat(rig.forwarder.announcedClients()).isEqualTo(300);
      assertThat(server.ends).isEmpty();

      askers.forEach(asker -> asker.connection.close());

      for (int i = 0; i < 300; i++) {
        assertThat(server.awaitEnd()).isTrue();
      }
      assertThat(rig.forwarder.announcedClients()).isZero();
      assertThat(server.connections).hasSize(300);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "h2c"})
  void whatIsSentForAClientThatLeftBearsItsNameAndIsNotKept(String scheme)
      throws InterruptedException {
    try (var server = answering(scheme)) {
      Asker gone = asker(9);
      gone.connection.close();
      rig.settle();

      MemoryExchange copy = gone.get(url(server, scheme));

      assertThat(body(copy)).isEqualTo("ok");
      assertThat(server.announced).containsExactly(told("192.0.2.7", 9));
      assertThat(server.awaitEnd()).isTrue();
      assertThat(rig.forwarder.announcedClients()).isZero();
    }
  }

  @Test
  void keepsNoMoreForOneClientThanItMay() throws InterruptedException {
    var all = new CountDownLatch(5);
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readProxyHeader();
              connection.readHead();
              all.countDown();
              all.await();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              connection.readToEnd();
            })) {
      Asker one = asker(1);
      List<MemoryExchange> exchanges =
          IntStream.range(0, 5).mapToObj(_ -> one.get(server.url())).toList();

      exchanges.forEach(exchange -> assertThat(body(exchange)).isEqualTo("ok"));
      for (int i = 0; i < 5 - MAX_IDLE; i++) {
        rig.settle();
        rig.advance(ExclusiveConnections.SURPLUS_TIME);
        assertThat(server.awaitEnd()).isTrue();
      }
      rig.settle();
      assertThat(server.ends).isEmpty();
    }
  }

  @Test
  void closesWhatIsIdleForTooLong() throws InterruptedException {
    try (var server = new ScriptedServer(ANSWERS)) {
      assertThat(body(asker(1).get(server.url()))).isEqualTo("ok");

      rig.advance(Duration.ofSeconds(91));

      assertThat(server.awaitEnd()).isTrue();
    }
  }

  @Test
  void aNewConfigurationClosesTheConnectionsOfAllClients() throws InterruptedException {
    try (var server = new ScriptedServer(ANSWERS)) {
      Asker one = asker(1);
      assertThat(body(one.get(server.url()))).isEqualTo("ok");

      rig.forwarder.retain(Set.of(rig.target(server.url())));
      rig.settle();
      assertThat(body(one.get(server.url()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(1);
      rig.forwarder.retain(Set.of());

      assertThat(server.awaitEnd()).isTrue();
      assertThat(body(one.get(server.url()))).isEqualTo("ok");
      assertThat(server.connections).hasSize(2);
    }
  }

  @Test
  void whatIsSentOnceMoreBearsTheSameName() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readProxyHeader();
              connection.readHead();
              connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              connection.readHead();
              connection.reset();
            },
            ANSWERS)) {
      Asker one = asker(1);
      assertThat(body(one.get(server.url()))).isEqualTo("ok");
      assertThat(body(one.get(server.url()))).isEqualTo("ok");

      assertThat(server.announced).containsExactly(told("192.0.2.7", 1), told("192.0.2.7", 1));
    }
  }

  @Test
  void addressesThatCannotBeToldTogetherAreNotTold() {
    try (var server = new ScriptedServer(ANSWERS)) {
      Peer peer = Peer.of(InetAddress.ofLiteral("2001:db8::7"), 4711);
      assertThat(body(new Asker(rig, new TestClient(rig.ioThread), peer).get(server.url())))
          .isEqualTo("ok");
      var unix = new TestClient(rig.ioThread, Optional.empty());
      assertThat(body(new Asker(rig, unix, peer).get(server.url()))).isEqualTo("ok");

      assertThat(server.announced).containsExactly(Optional.empty(), Optional.empty());
    }
  }

  @Test
  void fewConnectionsAreMadeAtATimeAndAddressesHaveTheirsByTurns() {
    try (var server =
        new ScriptedServer(
            connection -> {
              // Of the handshake that is to follow nothing comes back.
              connection.readProxyHeader();
              connection.readToEnd();
            })) {
      URI url = URI.create("https://127.0.0.1:" + server.port());
      var askers = new ArrayList<Asker>();
      var exchanges = new ArrayList<MemoryExchange>();
      for (int i = 0; i < 99; i++) {
        askers.add(asker(i + 1));
        exchanges.add(askers.getLast().get(url));
      }
      exchanges.add(Asker.of(rig, "192.0.2.8", 1).get(url));
      eventually(() -> server.announced.size() == ExclusiveConnections.MAX_ATTEMPTS);
      rig.settle();
      assertThat(server.connections).hasSize(ExclusiveConnections.MAX_ATTEMPTS);

      for (int i = 0; i < 2; i++) {
        exchanges.get(i).abandon();
        askers.get(i).connection.close();
      }

      eventually(() -> server.announced.size() == ExclusiveConnections.MAX_ATTEMPTS + 2);
      assertThat(server.announced).contains(told("192.0.2.8", 1));
      // Those that left while they waited are never announced.
      exchanges.forEach(MemoryExchange::abandon);
      eventually(() -> server.ends.size() == ExclusiveConnections.MAX_ATTEMPTS + 2);
      rig.settle();
      assertThat(server.connections).hasSize(ExclusiveConnections.MAX_ATTEMPTS + 2);
    }
  }

  @Test
  void whoHasNoTurnInTimeIsToldSo() {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readProxyHeader();
              connection.readToEnd();
            })) {
      URI url = URI.create("https://127.0.0.1:" + server.port());
      List<MemoryExchange> all =
          IntStream.range(0, ExclusiveConnections.MAX_ATTEMPTS + 1)
              .mapToObj(i -> asker(i + 1).get(url))
              .toList();
      eventually(() -> server.announced.size() == ExclusiveConnections.MAX_ATTEMPTS);

      rig.advance(Duration.ofSeconds(31));

      assertThat(all)
          .allSatisfy(
              exchange -> assertThat(upstreamFault(exchange).kind()).isEqualTo(Kind.TIMEOUT));
      assertThat(await(all.getLast().failure)).isNotNull();
      assertThat(server.connections).hasSize(ExclusiveConnections.MAX_ATTEMPTS);
    }
  }

  @Test
  void failuresAtOnceLetTheNextHaveTheirTurns() {
    URI nowhere = URI.create("http://no-such-name.invalid");
    try (var without =
        new ForwardingRig(
            new TransportOptions(
                ForwardingRig.OPTIONS.timeouts(),
                MAX_IDLE,
                true,
                TlsOptions.STANDARD,
                Optional.of(ProxyVersion.V1)),
            name -> {
              throw new UnknownHostException(name);
            })) {
      List<MemoryExchange> all =
          IntStream.range(0, 5_000)
              .mapToObj(i -> Asker.of(without, "192.0.2.7", i + 1).get(nowhere))
              .toList();

      assertThat(all)
          .allSatisfy(
              exchange -> assertThat(upstreamFault(exchange).kind()).isEqualTo(Kind.UNREACHABLE));
      without.settle();
    }
  }
}
