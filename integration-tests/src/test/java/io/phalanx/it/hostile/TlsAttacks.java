package io.phalanx.it.hostile;

import io.phalanx.it.harness.TrustEveryone;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** What clients can do with the handshake of TLS alone. */
final class TlsAttacks {
  private static final byte[] HELLO = hello();
  private static final int RECORD_HEADER = 5;

  private TlsAttacks() {}

  private static byte[] hello() {
    SSLEngine engine = TrustEveryone.context().createSSLEngine("a.test", 443);
    engine.setUseClientMode(true);
    ByteBuffer to = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    try {
      engine.beginHandshake();
      engine.wrap(ByteBuffer.allocate(0), to);
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
    byte[] bytes = new byte[to.flip().remaining()];
    to.get(bytes);
    return bytes;
  }

  /** Whole handshakes, one after another, without a session to be taken up again. */
  static void handshake(Onslaught on, Socket socket) throws IOException {
    try (var secure =
        (SSLSocket)
            TrustEveryone.context()
                .getSocketFactory()
                .createSocket(socket, "a.test", socket.getPort(), true)) {
      secure.startHandshake();
    }
  }

  /** Has the node calculate its part, and leaves it at that. */
  static void half(Onslaught on, Socket socket) throws IOException {
    on.send(socket, HELLO);
    Onslaught.awaitEnd(socket);
  }

  /** The first message in records of one byte, one packet each, and never its end. */
  static void splitHello(Onslaught on, Socket socket) throws IOException {
    Onslaught.watch(socket);
    for (int i = RECORD_HEADER; i < HELLO.length - 1; i++) {
      on.send(socket, new byte[] {22, 3, 1, 0, 1, HELLO[i]});
    }
    Onslaught.awaitEnd(socket);
  }
}
