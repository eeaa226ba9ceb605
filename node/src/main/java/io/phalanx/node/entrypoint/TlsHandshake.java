package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.ClientTls;
import io.phalanx.node.tls.ClientCertificates;
import io.phalanx.node.tls.TlsTable;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.protocols.ssl.UndertowXnioSsl;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.nio.Turns;
import org.xnio.ssl.SslConnection;

/**
 * A handshake on its way; when it is done the protocol that was chosen in it takes the connection.
 * Used on the connection's I/O thread; the arithmetic of the platform's handshakes runs on worker
 * threads, that of the native ones, which is shorter, here.
 */
final class TlsHandshake implements ChannelListener<ConduitStreamSourceChannel> {
  /** The cipher suite of the session before there is one, see {@link SSLEngine#getSession}. */
  private static final String BEFORE = "SSL_NULL_WITH_NULL_NULL";

  private final Arrivals arrivals;
  private final StreamConnection raw;
  private final SslConnection secure;
  private final String serverName;
  private final ClientCertificates clients;
  private final Function<String, ProtocolStart> protocols;
  private boolean complete;
  private boolean over;
  private XnioExecutor.@Nullable Key timer;

  private TlsHandshake(
      Arrivals arrivals,
      StreamConnection raw,
      SslConnection secure,
      String serverName,
      ClientCertificates clients,
      Function<String, ProtocolStart> protocols) {
    this.arrivals = arrivals;
    this.raw = raw;
    this.secure = secure;
    this.serverName = serverName;
    this.clients = clients;
    this.protocols = protocols;
  }

  /**
   * Has a client shake hands.
   *
   * @param offered protocols behind TLS that can be chosen from
   * @param protocols who takes the connection, by what was chosen in the handshake
   */
  static void begin(
      Arrivals arrivals,
      StreamConnection raw,
      TlsTable.Choice.Serve serve,
      List<String> offered,
      String serverName,
      Function<String, ProtocolStart> protocols) {
    @Nullable SslConnection secure = null;
    try {
      secure = secured(arrivals, raw, serve.certificate().context(serve.terms()));
      serve.terms().apply(UndertowXnioSsl.getSslEngine(secure), offered);
    } catch (RuntimeException | Error e) {
      // A native engine has file descriptors of its own, of which there may be no more.
      arrivals.failed(raw, "there is no engine for it: " + e.getMessage());
      IoUtils.safeClose(secure);
      IoUtils.safeClose(raw.getSourceChannel());
      IoUtils.safeClose(raw);
      return;
    }
    new TlsHandshake(arrivals, raw, secure, serverName, serve.terms().clients(), protocols).start();
  }

  private static SslConnection secured(
      Arrivals arrivals, StreamConnection raw, SSLContext context) {
    return new UndertowXnioSsl(
            raw.getWorker().getXnio(), OptionMap.EMPTY, context, arrivals.handshakes())
        .wrapExistingConnection(raw, OptionMap.EMPTY, false);
  }

  private void start() {
    timer = Turns.after(raw.getIoThread(), arrivals.handshake(), () -> failed("it takes too long"));
    raw.setCloseListener(_ -> ended());
    secure.getHandshakeSetter().set(_ -> completed());
    ConduitStreamSourceChannel source = secure.getSourceChannel();
    source.setReadListener(this);
    handleEvent(source);
  }

  /** The socket is closed, perhaps by one who knows nothing of TLS: whoever uses it is told. */
  private void ended() {
    failed("the connection ended");
    IoUtils.safeClose(secure);
  }

  /** Called in the middle of reading or writing, so that nothing can be done at once. */
  private void completed() {
    complete = true;
    secure.getIoThread().execute(() -> handleEvent(secure.getSourceChannel()));
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel source) {
    if (over) {
      return;
    }
    PooledByteBuffer buffer;
    try {
      buffer = arrivals.buffers().allocate();
    } catch (OutOfMemoryError e) {
      failed(String.valueOf(e.getMessage()));
      return;
    }
    try {
      int read = source.read(buffer.getBuffer());
      if (read < 0) {
        buffer.close();
        failed("the client ended the connection");
      } else if (read > 0 || complete || isDone()) {
        source.suspendReads();
        source.setReadListener(null);
        handOver(buffer);
      } else {
        buffer.close();
        source.resumeReads();
      }
    } catch (IOException e) {
      buffer.close();
      failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      buffer.close();
      failed(String.valueOf(e.getMessage()));
      // Also if it was handed over already, to one who did not come to take it.
      IoUtils.safeClose(secure);
      throw e;
    }
  }

  /** Nobody is told of the end when the socket takes the last message of it in parts only. */
  private boolean isDone() {
    SSLEngine engine = UndertowXnioSsl.getSslEngine(secure);
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
        && !BEFORE.equals(engine.getSession().getCipherSuite());
  }

  private void handOver(PooledByteBuffer buffer) {
    SSLSession session = secure.getSslSession();
    List<X509Certificate> shown;
    try {
      shown = clients.shown(session);
    } catch (CertificateException e) {
      buffer.close();
      failed("the client's certificate is not taken: " + e.getMessage());
      return;
    }
    end();
    arrivals.secured(
        secure,
        new ClientTls(version(session.getProtocol()), session.getCipherSuite(), serverName, shown));
    buffer.getBuffer().flip();
    @Nullable String chosen = UndertowXnioSsl.getSslEngine(secure).getApplicationProtocol();
    protocols.apply(chosen == null ? "" : chosen).start(secure, buffer);
    arrivals.left(raw);
  }

  private void failed(String reason) {
    if (!over) {
      end();
      arrivals.failed(raw, reason);
      IoUtils.safeClose(secure);
      IoUtils.safeClose(raw);
    }
  }

  private void end() {
    over = true;
    XnioExecutor.Key running = timer;
    if (running != null) {
      running.remove();
    }
  }

  /** {@code TLSv1.3} as Traefik has it in logs and metrics: {@code 1.3}. */
  private static String version(String protocol) {
    return protocol.startsWith("TLSv") ? protocol.substring("TLSv".length()) : protocol;
  }
}
