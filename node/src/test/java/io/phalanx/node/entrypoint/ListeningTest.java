package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.node.tls.TlsTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ListeningTest {
  private static final String LAST = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

  private final Rig.Options options = new Rig.Options();

  @Test
  void twoMayShareAPortIfBothWantTo() throws Exception {
    options.sharesPort = true;
    try (var first = new Rig(options)) {
      options.address = first.entryPoint.address();
      try (var second = new Rig(options)) {
        assertThat(second.entryPoint.address()).isEqualTo(first.entryPoint.address());
        for (int i = 0; i < 50; i++) {
          assertThat(first.exchange(LAST)).endsWith("GET /x\n");
        }
        assertThat(first.seen).isNotEmpty();
        assertThat(second.seen).isNotEmpty();
      }
      options.sharesPort = false;
      assertThatThrownBy(() -> new Rig(options)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void acceptsOnASocketThatListensAlready() throws Exception {
    try (var workers = Workers.start(2);
        ServerSocketChannel bound = ServerSocketChannel.open()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var address = (InetSocketAddress) bound.getLocalAddress();
      try (var waiting = new Rig.Client(address);
          var entryPoint =
              EntryPoint.openOn(
                  bound,
                  workers,
                  options.record(),
                  Rig::answerWithTheRequestLine,
                  List.of(),
                  () -> TlsTable.empty(() -> TestCertificates.FALLBACK))) {
        waiting.send(LAST);

        assertThat(waiting.readToEnd()).endsWith("GET /x\n");
        assertThat(entryPoint.address()).isEqualTo(address);
      }
    }
  }

  @Test
  void oneWithOtherOptionsTakesTheSocketOverAndEndsNobodysRequest() throws Exception {
    String kept = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    try (var rig = new Rig(options);
        var before = rig.connect()) {
      before.send(kept);
      assertThat(before.readTo("GET /x\n")).doesNotContain("Connection: close");
      options.maxRequests = 1;
      options.address = rig.entryPoint.address();
      try (var after =
          EntryPoint.succeed(
              rig.entryPoint,
              rig.workers,
              options.record(),
              Rig::answerWithTheRequestLine,
              List.of(),
              () -> options.tls)) {
        assertThat(rig.exchange(kept)).contains("Connection: close").endsWith("GET /x\n");
        assertThat(rig.seen).hasSize(1);

        before.send(kept);
        assertThat(before.readToEnd()).contains("Connection: close").endsWith("GET /x\n");
        assertThat(rig.seen).hasSize(2);
        before.socket.close();
        Rig.eventually(() -> rig.entryPoint.openConnections() == 0);
        rig.entryPoint.close();

        assertThat(rig.exchange(kept)).endsWith("GET /x\n");
        assertThat(after.address()).isEqualTo(options.address);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatTakesNothingIsCutOffAndOneThatIsSlowIsNot(boolean byTls) throws Exception {
    options.writeTimeout = Duration.ofSeconds(3);
    options.tls = TestCertificates.table(TestCertificates.of(Kind.P256, "a.test"));
    try (var rig = new Rig(options, Echo::handle);
        var client = rig.connect();
        Socket socket = byTls ? new TlsClient().over(client.socket, "a.test") : client.socket) {
      String body = "x".repeat(40 << 20);
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  String head =
                      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n";
                  socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
                } catch (IOException _) {
                  // Cut off, as it should be.
                }
              });
      for (int i = 0; i < 4; i++) {
        // A third as slow as would be too slow, and longer than that in all.
        assertThat(socket.getInputStream().readNBytes(1 << 20).length).isEqualTo(1 << 20);
        awaitMillis(1000);
      }

      CompletedExchange cut = rig.nextCompleted();
      assertThat(cut.responseBytes()).isLessThan(body.length());
      assertThat(cut.response().status()).isEqualTo(499);
      assertThat(cut.trail().failure().map(failure -> failure.labels().kind())).contains("closed");
      Rig.eventually(
          Duration.ofSeconds(5), "no connection", () -> rig.entryPoint.openConnections() == 0);
    }
  }

  private static void awaitMillis(long millis) {
    long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (System.nanoTime() < end) {
      java.util.concurrent.locks.LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
