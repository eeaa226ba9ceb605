package io.phalanx.node.entrypoint;

import io.phalanx.node.proxyprotocol.ProxyHeader;
import io.phalanx.node.rule.Opening;
import io.phalanx.node.tcp.Postgres;
import io.phalanx.node.tcp.TcpRoute;
import io.phalanx.node.tcp.TcpRouting;
import io.phalanx.node.tls.ClientHello;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.TlsTable;
import io.phalanx.node.tls.TlsTerms;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.util.PooledAdaptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.PushBackStreamSourceConduit;
import org.xnio.nio.Turns;

/**
 * A new connection, until its first bytes tell what it is: a PROXY header may stand in front; TLS
 * begins with a handshake record, which no request of HTTP does. While it waits it holds no buffer,
 * only what came. Used on the connection's I/O thread.
 */
final class Arrival implements ChannelListener<ConduitStreamSourceChannel> {
  private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);
  private static final byte[] NOTHING = new byte[0];

  private final Arrivals arrivals;
  private StreamConnection connection;
  private boolean proxyHeaderAwaited;
  private boolean postgres;
  private byte[] held = NOTHING;
  private XnioExecutor.@Nullable Key timer;

  Arrival(Arrivals arrivals, StreamConnection connection) {
    this.arrivals = arrivals;
    this.connection = connection;
    this.proxyHeaderAwaited = arrivals.options().proxies().isPresent();
  }

  void start() {
    Optional<TcpRoute> route = proxyHeaderAwaited ? Optional.empty() : unseen();
    if (route.isPresent()) {
      give(route.get(), NOTHING);
      return;
    }
    ConduitStreamSourceChannel source = connection.getSourceChannel();
    source.setReadListener(this);
    handleEvent(source);
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel source) {
    PooledByteBuffer buffer;
    try {
      buffer = arrivals.buffers().allocate();
    } catch (OutOfMemoryError _) {
      // What it is cannot be known, nor what it would understand.
      Workers.warnOfConnections();
      stopTimer();
      IoUtils.safeClose(connection);
      return;
    }
    buffer.getBuffer().put(held);
    try {
      while (buffer.getBuffer().hasRemaining()) {
        // A trusted PROXY header replaces the connection.
        int read = connection.getSourceChannel().read(buffer.getBuffer());
        if (read == 0) {
          await(buffer);
          return;
        }
        if (read < 0) {
          end(buffer, "ended before it began");
          return;
        }
        if (tells(buffer)) {
          return;
        }
      }
      end(buffer, "its first message is larger than " + buffer.getBuffer().capacity() + " bytes");
    } catch (IOException e) {
      end(buffer, String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      end(buffer, "is lost to " + e);
      throw e;
    }
  }

  /** Keeps what came, and goes on when there is more. */
  private void await(PooledByteBuffer buffer) {
    boolean began = held.length == 0 && buffer.getBuffer().position() > 0;
    held = new byte[buffer.getBuffer().position()];
    buffer.getBuffer().flip().get(held);
    buffer.close();
    if (began || timer == null) {
      restartTimer(
          held.length == 0 || proxyHeaderAwaited ? arrivals.silence() : arrivals.handshake());
    }
    connection.getSourceChannel().resumeReads();
  }

  private void restartTimer(Duration limit) {
    stopTimer();
    if (!limit.isZero()) {
      timer = Turns.after(connection.getIoThread(), limit, this::tooSlow);
    }
  }

  private void stopTimer() {
    XnioExecutor.Key running = timer;
    if (running != null) {
      running.remove();
      timer = null;
    }
  }

  private void tooSlow() {
    timer = null;
    LOG.debug("{}: {} says nothing", arrivals.options().name(), connection.getPeerAddress());
    IoUtils.safeClose(connection);
  }

  private void end(PooledByteBuffer buffer, String reason) {
    buffer.close();
    stopTimer();
    LOG.debug("{}: {} {}", arrivals.options().name(), connection.getPeerAddress(), reason);
    IoUtils.safeClose(connection);
  }

  /** Whether it is known what becomes of the connection; the buffer is somebody else's then. */
  private boolean tells(PooledByteBuffer buffer) {
    if (proxyHeaderAwaited) {
      switch (ProxyHeader.read(buffer.getBuffer().duplicate().flip())) {
        case ProxyHeader.Incomplete _ -> {
          return false;
        }
        case ProxyHeader.Malformed(String reason) -> {
          end(buffer, "sends a PROXY header that is malformed: " + reason);
          return true;
        }
        case ProxyHeader.Absent _ -> proxyHeaderAwaited = false;
        case ProxyHeader.Present(int length, Optional<ProxyHeader.Addresses> addresses) -> {
          proxyHeaderAwaited = false;
          buffer.getBuffer().flip().position(length).compact();
          held = NOTHING;
          stopTimer();
          addresses.ifPresent(this::announced);
        }
      }
    }
    Optional<TcpRoute> route = unseen();
    if (route.isPresent()) {
      give(route.get(), buffer);
      return true;
    }
    ByteBuffer seen = buffer.getBuffer().duplicate().flip();
    return seen.hasRemaining() && tells(buffer, seen);
  }

  /** From here on the client is who the proxy in front says, if that is believed. */
  private void announced(ProxyHeader.Addresses addresses) {
    InetSocketAddress peer = connection.getPeerAddress(InetSocketAddress.class);
    if (arrivals.options().proxies().filter(by -> by.trusts(peer.getAddress())).isPresent()) {
      connection.getSourceChannel().suspendReads();
      arrivals.left(connection);
      connection = new AnnouncedConnection(connection, addresses);
      arrivals.entered(connection);
      connection.getSourceChannel().setReadListener(this);
    }
  }

  private boolean tells(PooledByteBuffer buffer, ByteBuffer seen) {
    TcpRouting routing = arrivals.routing();
    if (seen.get(0) == ClientHello.HANDSHAKE_RECORD) {
      return tellsTls(buffer, seen, routing);
    }
    if (postgres) {
      end(buffer, "does not go on with TLS");
      return true;
    }
    return switch (routing.servesPostgres() ? Postgres.read(seen) : Postgres.Word.OTHER) {
      case PART -> false;
      case ASKS_FOR_TLS -> !hasLeave(buffer);
      case OTHER -> {
        routing.plain(client()).ifPresentOrElse(taken -> give(taken, buffer), () -> http(buffer));
        yield true;
      }
    };
  }

  private void http(PooledByteBuffer buffer) {
    leave();
    buffer.getBuffer().flip();
    arrivals.protocols().http1().start(connection, buffer);
    arrivals.left(connection);
  }

  private InetAddress client() {
    return connection.getPeerAddress(InetSocketAddress.class).getAddress();
  }

  /** Says that the client may go on with TLS; what it says next is all that counts then. */
  private boolean hasLeave(PooledByteBuffer buffer) {
    try {
      // More than the question may be from somebody else, in front of what is secret.
      boolean alone = buffer.getBuffer().position() == Postgres.question().remaining();
      if (alone
          && connection.getSinkChannel().write(ByteBuffer.wrap(new byte[] {Postgres.LEAVE})) > 0) {
        postgres = true;
        buffer.getBuffer().clear();
        held = NOTHING;
        stopTimer();
        return true;
      }
      end(buffer, "cannot be let go on with TLS");
    } catch (IOException e) {
      end(buffer, String.valueOf(e.getMessage()));
    }
    return false;
  }

  /** Who takes it before anything is read, because its server may speak first. */
  private Optional<TcpRoute> unseen() {
    TcpRouting routing = arrivals.routing();
    return postgres || !routing.takesUnseen() ? Optional.empty() : routing.unseen(client());
  }

  private void give(TcpRoute route, PooledByteBuffer buffer) {
    buffer.getBuffer().flip();
    give(route, TcpConnections.taken(buffer));
  }

  private void give(TcpRoute route, byte[] first) {
    leave();
    arrivals.tcpConnections().start(route, connection, first, postgres);
    arrivals.left(connection);
  }

  private boolean tellsTls(PooledByteBuffer buffer, ByteBuffer seen, TcpRouting routing) {
    return switch (ClientHello.read(seen)) {
      case ClientHello.Incomplete _ -> false;
      case ClientHello.Malformed(String reason) -> {
        refuse(buffer, TlsAlert.DECODE_ERROR, reason);
        yield true;
      }
      case ClientHello.Complete whole -> {
        String serverName = whole.serverName();
        Optional<ServerCertificate> challenge =
            whole.validates() ? routing.tls().validation(serverName) : Optional.empty();
        var opening = new Opening(serverName, client(), whole.protocols());
        Optional<TcpRoute> route = postgres ? routing.postgres(opening) : routing.secure(opening);
        if (challenge.isPresent() && !postgres) {
          validate(buffer, whole, challenge.get());
        } else if (route.isPresent()) {
          takeTls(buffer, route.get(), routing.tls(), whole);
        } else if (postgres) {
          end(buffer, "asks for a server that there is not");
        } else {
          handshake(buffer, routing.tls(), whole);
        }
        yield true;
      }
    };
  }

  private void takeTls(
      PooledByteBuffer buffer, TcpRoute route, TlsTable tls, ClientHello.Complete hello) {
    switch (route.encryption()) {
      case TcpRoute.Encryption.Passthrough _ -> give(route, buffer);
      case TcpRoute.Encryption.None _ ->
          throw new IllegalStateException("a router without TLS was asked for TLS");
      case TcpRoute.Encryption.Terminated(String options) ->
          handshake(
              buffer,
              tls.chooseForTunnel(hello.serverName(), localAddress(), options),
              hello,
              TlsTerms::offered,
              _ -> (secure, first) -> served(route, secure, first));
    }
  }

  private void leave() {
    stopTimer();
    connection.getSourceChannel().suspendReads();
    connection.getSourceChannel().setReadListener(null);
  }

  private void served(TcpRoute route, StreamConnection secure, PooledByteBuffer first) {
    arrivals.tcpConnections().start(route, secure, TcpConnections.taken(first), false);
  }

  private InetAddress localAddress() {
    return connection.getLocalAddress(InetSocketAddress.class).getAddress();
  }

  private void handshake(PooledByteBuffer buffer, TlsTable tls, ClientHello.Complete hello) {
    handshake(
        buffer,
        tls.choose(hello.serverName(), localAddress()),
        hello,
        terms -> terms.offered(arrivals.protocols().names()),
        arrivals.protocols()::of);
  }

  /**
   * @param offer protocols behind TLS that can be chosen from
   * @param protocols who takes the connection, by what is chosen in the handshake
   */
  private void handshake(
      PooledByteBuffer buffer,
      TlsTable.Choice choice,
      ClientHello.Complete hello,
      Function<TlsTerms, List<String>> offer,
      Function<String, ProtocolStart> protocols) {
    if (!arrivals.takesHandshakes()) {
      refuse(buffer, TlsAlert.INTERNAL_ERROR, "too many others wait");
      return;
    }
    switch (choice) {
      case TlsTable.Choice.Refuse(String reason) ->
          refuse(buffer, TlsAlert.UNRECOGNIZED_NAME, reason);
      case TlsTable.Choice.Serve serve -> {
        List<String> offered = offer.apply(serve.terms());
        if (!hello.protocols().isEmpty()
            && !offered.isEmpty()
            && Collections.disjoint(offered, hello.protocols())) {
          refuse(buffer, TlsAlert.NO_APPLICATION_PROTOCOL, "it speaks none of " + offered);
          return;
        }
        leave();
        pushBack(buffer);
        TlsHandshake.begin(arrivals, connection, serve, offered, hello.serverName(), protocols);
      }
    }
  }

  /** The answer to an authority is the handshake itself. */
  private void validate(
      PooledByteBuffer buffer, ClientHello.Complete hello, ServerCertificate challenge) {
    handshake(
        buffer,
        new TlsTable.Choice.Serve(challenge, TlsTerms.VALIDATION),
        hello,
        _ -> List.of(ClientHello.VALIDATION_PROTOCOL),
        _ -> new ValidationEnd(arrivals.handshake()));
  }

  private void pushBack(PooledByteBuffer buffer) {
    buffer.getBuffer().flip();
    var conduit = new PushBackStreamSourceConduit(connection.getSourceChannel().getConduit());
    conduit.pushBack(new PooledAdaptor(buffer));
    connection.getSourceChannel().setConduit(conduit);
  }

  /** Says why as well as TLS can, if the client takes it at once. */
  private void refuse(PooledByteBuffer buffer, TlsAlert alert, String reason) {
    arrivals.failed(connection, reason);
    buffer.close();
    stopTimer();
    try {
      connection.getSinkChannel().write(alert.sent());
      connection.getSinkChannel().shutdownWrites();
      connection.getSinkChannel().flush();
    } catch (IOException _) {
      // It is closed anyway.
    }
    IoUtils.safeClose(connection);
  }
}
