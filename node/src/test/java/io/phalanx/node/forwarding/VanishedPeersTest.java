package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the system is told to do about peers that vanish, read from its table of sockets. */
@EnabledOnOs(OS.LINUX)
class VanishedPeersTest {
  /** The timer that waits to ask a silent peer, and how many hundredths of a second there are. */
  private static final String ASKS = "02";

  private static final long SECOND = 100;

  @Test
  void asksSilentClientsAfterThreeMinutesAndSilentServersAfterHalfAMinute() throws Exception {
    try (var workers = Workers.start(1);
        var forwarder = new HttpForwarder();
        var server = new ScriptedServer(KeepAliveTest::answerAll);
        ServerSocketChannel bound = ServerSocketChannel.open()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var target =
          new Target(
              URI.create("http://127.0.0.1:" + server.port()),
              true,
              false,
              forwarder.transport(TransportOptions.standard()));
      try (var entryPoint =
              EntryPoint.openOn(
                  bound,
                  workers,
                  Fronts.options(),
                  exchange -> forwarder.forward(exchange, target),
                  List.of(),
                  Fronts::tls);
          var client =
              new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort())) {
        client
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(client.getInputStream().readNBytes(15)).asString().isEqualTo("HTTP/1.1 200 OK");

        assertThat(timeToAsk(line -> line.isOf(entryPoint.address().getPort(), client)))
            .isBetween(170 * SECOND, 180 * SECOND);
        assertThat(timeToAsk(line -> line.to == server.port())).isBetween(20 * SECOND, 30 * SECOND);
      }
    }
  }

  private record Line(int from, int to, String timer, long left) {
    boolean isOf(int port, Socket client) {
      return from == port && to == client.getLocalPort();
    }
  }

  /** Hundredths of a second. */
  private static long timeToAsk(Predicate<Line> socket) throws IOException {
    try (Stream<Line> lines =
        Stream.concat(lines("/proc/net/tcp"), lines("/proc/net/tcp6"))
            .filter(line -> line.timer.equals(ASKS))
            .filter(socket)) {
      return lines.findFirst().orElseThrow().left;
    }
  }

  private static Stream<Line> lines(String table) throws IOException {
    return Files.readAllLines(Path.of(table)).stream()
        .skip(1)
        .map(text -> text.strip().split(" +"))
        .map(
            words ->
                new Line(
                    port(words[1]),
                    port(words[2]),
                    words[5].substring(0, 2),
                    Long.parseLong(words[5].substring(3), 16)));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
  }
}
