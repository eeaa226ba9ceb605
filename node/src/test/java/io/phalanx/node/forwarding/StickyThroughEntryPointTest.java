package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.middleware.Passage;
import io.phalanx.node.middleware.Retry;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.pipeline.ServiceEndpoint;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.node.sticky.CookieSessions;
import io.phalanx.node.sticky.Places;
import io.phalanx.node.sticky.StickyCookie;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sticky cookies through real sockets, with a server that cannot be reached. */
final class StickyThroughEntryPointTest {
  private final HttpForwarder forwarder = new HttpForwarder();
  private Workers workers;
  private String dead;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = "http://127.0.0.1:" + socket.getLocalPort() + "/";
    }
  }

  @AfterEach
  void stop() {
    forwarder.close();
    workers.close();
  }

  private Endpoint sticky(String... urls) {
    List<Server> servers = Stream.of(urls).map(url -> Server.of(url, 1, false)).toList();
    Places<Server> places =
        Places.of(
            servers.stream()
                .map(server -> new Places.Named<>(server, server.text(), server.url().toString()))
                .toList(),
            _ -> true);
    var cookie =
        new StickyCookie("srv", "/", "", OptionalInt.empty(), false, false, Optional.empty());
    return new ServiceEndpoint(
        "s@file",
        servers,
        ServiceEndpoint.Choice.of(
            new WeightedRoundRobin(servers, 0), Optional.of(CookieSessions.plain(cookie, places))),
        true,
        forwarder.transport(TransportOptions.standard()),
        forwarder);
  }

  private static ExchangeHandler retried(Endpoint service) {
    Middleware retry = Passage.of(Retry.TYPE, "{attempts: 2, initialInterval: 1ms}").step();
    return exchange -> {
      if (retry.onRequest(exchange.request()) instanceof Verdict.Enclose enclose) {
        enclose.enclosure().answer(exchange, service::answer);
      }
    };
  }

  private String answer(ExchangeHandler handler, String lines) throws IOException {
    try (var entryPoint =
            EntryPoint.open(workers, Fronts.options(), handler, List.of(), Fronts::tls);
        var socket =
            new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort())) {
      socket.setSoTimeout(30_000);
      String head = "GET / HTTP/1.1\r\nHost: shop.example\r\n" + lines + "\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void theCookieComesWithTheAnswerOfItsServer() throws IOException {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll)) {
      String reply = answer(sticky(server.url().toString())::answer, "Connection: close\r\n");

      assertThat(reply).startsWith("HTTP/1.1 200 ").containsPattern("(?i)\r\nset-cookie: srv=");
    }
  }

  @Test
  void aFailureOfThisNodeSetsNoCookie() throws IOException {
    String reply = answer(sticky(dead)::answer, "Connection: close\r\n");

    assertThat(reply).startsWith("HTTP/1.1 502 ").doesNotContainIgnoringCase("set-cookie");
  }

  @Test
  void aRetriedRequestMovesItsSessionFromTheServerThatIsGone() throws IOException {
    try (var server = new ScriptedServer(KeepAliveTest::answerAll)) {
      Endpoint service = sticky(dead, server.url().toString());

      String reply = answer(retried(service), "Cookie: srv=" + dead + "\r\nConnection: close\r\n");

      assertThat(reply).startsWith("HTTP/1.1 200 ").containsPattern("(?i)\r\nset-cookie: srv=");
      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  void anUpgradeSetsTheCookie() throws IOException {
    try (var server =
        new ScriptedServer(
            connection -> {
              connection.readHead();
              connection.send(
                  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                      + "Upgrade: websocket\r\n\r\nbye");
            })) {
      String reply =
          answer(
              sticky(server.url().toString())::answer,
              "Connection: Upgrade\r\nUpgrade: websocket\r\n");

      assertThat(reply)
          .startsWith("HTTP/1.1 101 ")
          .containsPattern("(?i)\r\nset-cookie: srv=")
          .endsWith("bye");
    }
  }
}
