package io.phalanx.node.forwarding;

import static io.phalanx.node.forwarding.ForwardingRig.await;
import static io.phalanx.node.forwarding.ForwardingRig.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;

/** Whatever breaks in a handshake, neither its connection nor its buffers are left over. */
final class TlsHandshakeTest {
  private final TestAuthority authority = new TestAuthority("Corp");
  private final ForwardingRig rig = new ForwardingRig();
  private final ForwardingThread thread =
      new ForwardingThread(
          rig.ioThread,
          System::nanoTime,
          new Resolver(InetAddress::getAllByName, System::nanoTime),
          Resources.ofThisProcess());
  private final CompletableFuture<IOException> failed = new CompletableFuture<>();
  private ScriptedServer server;

  @BeforeEach
  void start() {
    server = authority.server(authority.issue("127.0.0.1"), ScriptedServer.Connection::readToEnd);
  }

  @AfterEach
  void stop() {
    server.close();
    rig.close();
  }

  /** Takes what it is given, or not. */
  private record Ended(CompletableFuture<IOException> failed, boolean takes)
      implements TlsHandshake.Ending {
    @Override
    public void established(StreamConnection connection, String protocol) {
      if (!takes) {
        throw new StackOverflowError("broken");
      }
    }

    @Override
    public void failed(IOException reason) {
      failed.complete(reason);
    }
  }

  private void handshake(SSLEngine engine, boolean isTaken) {
    engine.setUseClientMode(true);
    thread
        .open(new InetSocketAddress("127.0.0.1", server.port()), OptionMap.EMPTY)
        .addNotifier(
            (done, _) -> {
              try {
                new TlsHandshake(thread, done.get(), engine, new Ended(failed, isTaken)).start();
              } catch (IOException e) {
                failed.complete(e);
              }
            },
            null);
  }

  private void assertNothingIsLeft() throws InterruptedException {
    assertThat(server.awaitEnd()).isTrue();
    eventually(() -> thread.buffers().out() == 0);
  }

  @Test
  void whenItsBeginningBreaks() throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setAlgorithmConstraints(new Broken());
    engine.setSSLParameters(parameters);
    handshake(engine, true);

    assertThat(await(failed)).hasMessageContaining("broken");
    assertNothingIsLeft();
  }

  @Test
  void whenALookAtItsCertificatesBreaks() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Judge(true)}, null);
    handshake(context.createSSLEngine(), true);

    assertThat(await(failed)).hasMessageContaining("broken");
    assertNothingIsLeft();
  }

  @Test
  void whenNobodyComesToTakeTheConnection() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Judge(false)}, null);
    handshake(context.createSSLEngine(), false);

    assertNothingIsLeft();
    assertThat(failed).isNotDone();
  }

  private static final class Broken implements AlgorithmConstraints {
    @Override
    public boolean permits(
        Set<CryptoPrimitive> primitives, String algorithm, @Nullable AlgorithmParameters given) {
      throw new StackOverflowError("broken");
    }

    @Override
    public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
      throw new StackOverflowError("broken");
    }

    @Override
    public boolean permits(
        Set<CryptoPrimitive> primitives,
        String algorithm,
        Key key,
        @Nullable AlgorithmParameters given) {
      throw new StackOverflowError("broken");
    }
  }

  private static final class Judge extends X509ExtendedTrustManager {
    private final boolean breaks;

    Judge(boolean breaks) {
      this.breaks = breaks;
    }

    private void judge() {
      if (breaks) {
        throw new StackOverflowError("broken");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
      judge();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      judge();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      judge();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      judge();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      judge();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      judge();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
