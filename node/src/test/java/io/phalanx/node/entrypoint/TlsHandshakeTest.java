package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.node.tls.TlsEngines;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.providers.dynamic.Tls;
import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xnio.StreamConnection;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.nio.BoundServer;

final class TlsHandshakeTest {
  private static final Tls.Certificate A = TestCertificates.of(Kind.P256, "a.test");
  private static final String GREETING = "220 ready\r\n";

  @Test
  void whateverBreaksLeavesNothing() throws Exception {
    var options = new Rig.Options();
    options.tls =
        TestCertificates.table(
            TlsEngines.jsse(
                _ -> new byte[32],
                () -> {
                  throw new StackOverflowError("broken");
                }),
            A);
    try (var rig = new Rig(options)) {
      try (SSLSocket socket = new TlsClient().connect(rig.entryPoint.address(), "a.test")) {
        assertThat(end(socket)).isTrue();
      }
      assertThat(rig.entryPoint.failedHandshakes()).isEqualTo(1);
      Rig.eventually(() -> rig.workers.buffersOut() == 0);
    }
  }

  /** Whether the connection ends without an answer, and not because nothing came for too long. */
  private static boolean end(SSLSocket socket) {
    try {
      socket.startHandshake();
      return false;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  /** Servers that speak first would wait for the client then, and it for them. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isOverAlsoWhenItsLastMessageGoesOutInParts(boolean isNative) throws Exception {
    TlsTable table =
        TestCertificates.table(isNative ? TlsEngines.fastest(TlsEngines.JSSE) : TlsEngines.JSSE, A);
    try (var workers = Workers.start(1);
        var listening = ServerSocketChannel.open()) {
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var arrivals =
          new Arrivals(
              new Rig.Options().record(),
              workers,
              () -> table,
              new Protocols(Map.of(Protocols.HTTP_1_1, TlsHandshakeTest::greet)));
      var server =
          new BoundServer(
              workers.worker(),
              workers.turns(),
              listening,
              connection -> {
                StreamSinkConduit all = connection.getSinkChannel().getConduit();
                connection.getSinkChannel().setConduit(new InParts(all));
                arrivals.take(connection);
              });
      server.start();
      var client = new TlsClient();
      client.protocols = new String[] {"TLSv1.2"};
      try (SSLSocket socket = client.connect(server.address(), "a.test")) {
        socket.startHandshake();
        assertThat(socket.getInputStream().readNBytes(GREETING.length()))
            .asString(StandardCharsets.US_ASCII)
            .isEqualTo(GREETING);
      }
    }
  }

  private static void greet(StreamConnection secure, PooledByteBuffer first) {
    first.close();
    ByteBuffer greeting = ByteBuffer.wrap(GREETING.getBytes(StandardCharsets.US_ASCII));
    secure
        .getSinkChannel()
        .setWriteListener(
            sink -> {
              try {
                if (greeting.hasRemaining()) {
                  sink.write(greeting);
                }
                if (!greeting.hasRemaining() && sink.flush()) {
                  sink.suspendWrites();
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    secure.getSinkChannel().resumeWrites();
  }

  /** A socket that takes little at one time. */
  private static final class InParts extends AbstractStreamSinkConduit<StreamSinkConduit> {
    private static final int PART = 40;

    InParts(StreamSinkConduit next) {
      super(next);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      int all = from.limit();
      from.limit(Math.min(all, from.position() + PART));
      try {
        return next.write(from);
      } finally {
        from.limit(all);
      }
    }
  }
}
