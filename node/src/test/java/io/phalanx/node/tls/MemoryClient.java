package io.phalanx.node.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client without a network, which trusts anyone and remembers sessions by host. */
final class MemoryClient {
  private static final int PORT = 443;
  private static final int MOST_STEPS = 100;

  private final SSLContext context;
  private int shown;

  MemoryClient(Provider provider) throws GeneralSecurityException {
    context = SSLContext.getInstance("TLS", provider);
    context.init(null, new TrustManager[] {new Anyone()}, null);
  }

  private final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      shown++;
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** How often it was shown a certificate: as often as no session was taken up again. */
  int shown() {
    return shown;
  }

  SSLEngine engine(String host) {
    SSLEngine engine = context.createSSLEngine(host, PORT);
    engine.setUseClientMode(true);
    return engine;
  }

  /** Until both are done and what the server sends then has come. */
  static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
    client.beginHandshake();
    server.beginHandshake();
    ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
    ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
    for (int i = 0; i < MOST_STEPS; i++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
      if (isDone(client) && isDone(server) && toClient.position() == 0) {
        return;
      }
    }
    throw new SSLException("the handshake does not end");
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    Runnable task = engine.getDelegatedTask();
    while (task != null) {
      task.run();
      task = engine.getDelegatedTask();
    }
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      engine.wrap(ByteBuffer.allocate(0), out);
      return;
    }
    in.flip();
    SSLEngineResult result;
    do {
      result = engine.unwrap(in, ByteBuffer.allocate(1 << 15));
    } while (result.bytesConsumed() > 0 && in.hasRemaining());
    in.compact();
  }
}
