package io.phalanx.it.hostile;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** What clients can do with the handshake of TLS alone. */
final class TlsAttacks {
  /** Believes everybody: who the node is does not matter here. */
  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static final byte[] HELLO = hello();
  private static final int RECORD_HEADER = 5;

  private TlsAttacks() {}

  static SSLContext trusting() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Trusting()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hello() {
    SSLEngine engine = trusting().createSSLEngine("a.test", 443);
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
            trusting().getSocketFactory().createSocket(socket, "a.test", socket.getPort(), true)) {
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
