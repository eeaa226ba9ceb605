package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xnio.IoFuture;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;

/**
 * The way to a new connection: the server's addresses, one after another, until one takes it or the
 * time is up. An address that does not answer gets its share of the time that is left, so that one
 * dead address does not hide the others. With TLS the way ends behind the handshake. For a single
 * client it begins when its turn comes, and ends when nobody waits for the connection any more.
 */
final class ConnectAttempt implements Timed, TlsHandshake.Ending {
  private static final OptionMap SOCKET = OptionMap.create(Options.TCP_NODELAY, true);
  private static final long LEAST_SHARE_NANOS = Duration.ofSeconds(2).toNanos();

  private final ForwardingThread thread;
  private final ServerAddress server;
  private final ServerTransport transport;
  private final List<String> protocols;
  private final Optional<Announcement> announcement;
  private final Outcome outcome;
  private final long startedAt;
  private List<InetAddress> addresses = List.of();
  private int next;
  private long addressStartedAt;
  private @Nullable IoFuture<StreamConnection> pending;
  private @Nullable StreamConnection secured;
  private @Nullable TlsHandshake handshake;
  private long securedAt;
  private boolean over;
  private String reason = "no address was found";

  /** Told once how it ended. */
  interface Outcome {
    /** Whether there is still someone who would use the connection. */
    default boolean isAwaited() {
      return true;
    }

    /**
     * @param protocol what was agreed on by ALPN, if anything
     */
    void connected(StreamConnection connection, String protocol);

    void failed(Kind kind, String reason);
  }

  /**
   * @param protocols what is offered by ALPN, with TLS
   */
  ConnectAttempt(
      ForwardingThread thread, ServerPool pool, List<String> protocols, Outcome outcome) {
    this(thread, pool.server(), pool.transport(), pool.announcement(), protocols, outcome);
  }

  /**
   * @param announcement of the client for whom alone the connection is made
   * @param protocols what is offered by ALPN, with TLS
   */
  ConnectAttempt(
      ForwardingThread thread,
      ServerAddress server,
      ServerTransport transport,
      Optional<Announcement> announcement,
      List<String> protocols,
      Outcome outcome) {
    this.thread = thread;
    this.server = server;
    this.transport = transport;
    this.protocols = List.copyOf(protocols);
    this.announcement = announcement;
    this.outcome = outcome;
    this.startedAt = thread.now();
    this.addressStartedAt = startedAt;
  }

  void start() {
    thread.watch(this);
    announcement.ifPresentOrElse(known -> known.line().enter(this), this::begin);
  }

  /** Whose turn it is to be, if that matters. */
  InetAddress client() {
    return announcement.orElseThrow().client();
  }

  /** Now it may begin. */
  void begin() {
    if (over) {
      return;
    }
    CompletableFuture<List<InetAddress>> answer = thread.resolver().addresses(server);
    if (answer.isDone()) {
      resolved(answer);
    } else {
      var _ = answer.whenComplete((_, _) -> thread.execute(() -> resolved(answer)));
    }
  }

  private void resolved(CompletableFuture<List<InetAddress>> answer) {
    if (over) {
      return;
    }
    if (answer.state() == CompletableFuture.State.SUCCESS) {
      addresses = answer.resultNow();
    } else {
      reason = "the name " + server.host() + " was not found";
    }
    tryNext();
  }

  private void tryNext() {
    if (next == addresses.size()) {
      failed(Kind.UNREACHABLE, reason);
      return;
    }
    addressStartedAt = thread.now();
    var to = new InetSocketAddress(addresses.get(next++), server.port());
    IoFuture<StreamConnection> opening = thread.open(to, SOCKET);
    pending = opening;
    int attempt = next;
    opening.addNotifier((done, _) -> opened(done, attempt), this);
  }

  private void opened(IoFuture<? extends StreamConnection> done, int attempt) {
    boolean stale = over || attempt != next;
    try {
      StreamConnection socket = done.get();
      if (stale) {
        IoUtils.safeClose(socket);
        return;
      }
      transport.keepAlive().apply(socket);
      if (announcement.isPresent()) {
        announce(socket, announcement.get().header().duplicate());
      }
      if (server.scheme() == ServerAddress.Scheme.HTTPS) {
        secure(socket);
      } else {
        connected(socket, "");
      }
    } catch (IOException | RuntimeException e) {
      if (!stale) {
        reason = String.valueOf(e.getMessage());
        tryNext();
      }
    }
  }

  /** What a header needs is always there on a new connection. */
  private static void announce(StreamConnection socket, ByteBuffer header) throws IOException {
    try {
      socket.getSinkChannel().write(header);
      if (header.hasRemaining()) {
        throw new IOException("a new connection has no room");
      }
    } catch (IOException e) {
      IoUtils.safeClose(socket);
      throw e;
    }
  }

  /** From here on it is this address that counts: whoever answers there has to be the server. */
  private void secure(StreamConnection socket) {
    secured = socket;
    securedAt = thread.now();
    ServerTls tls = transport.tlsAtHand();
    if (tls != null) {
      handshake(socket, tls);
    } else {
      Thread.ofVirtual().name("tls-setup").start(() -> setUpTls(socket));
    }
  }

  private void setUpTls(StreamConnection socket) {
    try {
      ServerTls tls = transport.tls();
      thread.execute(() -> handshake(socket, tls));
    } catch (IllegalArgumentException e) {
      thread.execute(() -> failed(Kind.TLS, String.valueOf(e.getMessage())));
    }
  }

  private void handshake(StreamConnection socket, ServerTls tls) {
    if (over) {
      return;
    }
    TlsHandshake started;
    try {
      started = new TlsHandshake(thread, socket, tls.engine(server, protocols), this);
    } catch (RuntimeException | Error e) {
      failed(Kind.TLS, "there is no engine for it: " + e.getMessage());
      return;
    }
    handshake = started;
    started.start();
  }

  @Override
  public void established(StreamConnection connection, String protocol) {
    connected(connection, protocol);
  }

  @Override
  public void failed(IOException e) {
    failed(TlsFailures.kind(e), TlsFailures.reason(e));
  }

  private void failed(Kind kind, String why) {
    if (!over) {
      end();
      outcome.failed(kind, why);
    }
  }

  private void connected(StreamConnection socket, String protocol) {
    secured = null;
    end();
    outcome.connected(socket, protocol);
  }

  @Override
  public void check(long now) {
    long limit = transport.connectTimeout();
    if (announcement.isPresent() && !outcome.isAwaited()) {
      failed(Kind.CLOSED, "nobody waits for it any more");
    } else if (limit > 0 && now - startedAt >= limit) {
      failed(Kind.TIMEOUT, "the connection was not made in time");
    } else if (secured != null) {
      if (now - securedAt >= transport.handshakeTimeout()) {
        failed(Kind.TIMEOUT, "the TLS handshake took too long");
      }
    } else if (limit > 0 && next < addresses.size() && now - addressStartedAt >= share(limit)) {
      reason = "an address did not answer";
      IoFuture<StreamConnection> silent = pending;
      tryNext();
      cancel(silent);
    }
  }

  private long share(long limit) {
    long left = limit - (addressStartedAt - startedAt);
    return Math.max(LEAST_SHARE_NANOS, left / (addresses.size() - next + 1));
  }

  private static void cancel(@Nullable IoFuture<StreamConnection> opening) {
    if (opening != null) {
      opening.cancel();
    }
  }

  /** Stops whatever is still going on. */
  private void end() {
    over = true;
    thread.unwatch(this);
    cancel(pending);
    if (handshake != null) {
      handshake.cancel();
    }
    if (secured != null) {
      IoUtils.safeClose(secured);
    }
    announcement.ifPresent(known -> known.line().leave(this));
  }
}
