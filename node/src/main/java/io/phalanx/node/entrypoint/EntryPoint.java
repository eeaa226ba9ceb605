package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.ClientTls;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.tcp.Front;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.nio.BoundServer;

/** One listening address. Requests that pass its bounds go to one handler. */
public final class EntryPoint implements HttpHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EntryPoint.class);
  private static final int BACKLOG = 4096;
  private static final int MAX_HEADER_LINES = 200;

  /** For what waits in the system's queue when the entry point stops. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

  private final EntryPointOptions options;
  private final RequestReader reader;
  private final ExchangeHandler handler;
  private final List<ExchangeObserver> observers;
  private final HttpOpenListener listener;
  private final Arrivals arrivals;
  private final BoundServer socket;
  private final LongAdder connections = new LongAdder();
  private final LongAdder started = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final Runnable whenOver;
  private final Http2Clients http2;
  private volatile boolean draining;

  /** Whether another entry point has the socket now. */
  private volatile boolean succeeded;

  /** Makes the socket that gives connections to a taker. */
  private interface Listening {
    BoundServer to(Consumer<StreamConnection> taker) throws IOException;
  }

  private EntryPoint(
      Workers workers,
      EntryPointOptions options,
      ExchangeHandler handler,
      List<ExchangeObserver> observers,
      Front front,
      Listening listening)
      throws IOException {
    this.options = options;
    this.reader = new RequestReader(options, workers.hostName());
    this.handler = handler;
    this.observers = List.copyOf(observers);
    this.listener =
        new HttpOpenListener(workers.buffers(), undertowOptions(options, workers.headMemory()));
    this.listener.setRootHandler(this);
    this.whenOver = ended::increment;
    this.http2 =
        new Http2Clients(
            options,
            workers,
            reader,
            handler,
            this.observers,
            this::tlsOf,
            started::increment,
            whenOver);
    var protocols = new LinkedHashMap<String, ProtocolStart>();
    protocols.put(Protocols.HTTP_2, http2::take);
    protocols.put(Protocols.HTTP_1_1, listener::handleEvent);
    this.arrivals = new Arrivals(options, workers, front, new Protocols(protocols));
    this.socket = listening.to(this::accepted);
  }

  /**
   * Listens, and accepts at once.
   *
   * @param front who takes which connections, asked for each
   * @throws IOException if that is not possible; the message names entry point and address
   */
  public static EntryPoint open(
      Workers workers,
      EntryPointOptions options,
      ExchangeHandler handler,
      List<ExchangeObserver> observers,
      Front front)
      throws IOException {
    try {
      return openOn(bind(options), workers, options, handler, observers, front);
    } catch (IOException e) {
      throw cannotListen(options, e);
    }
  }

  private static IOException cannotListen(EntryPointOptions options, IOException reason) {
    return new IOException(
        "entry point %s cannot listen on %s: %s"
            .formatted(options.name(), options.address(), reason.getMessage()),
        reason);
  }

  /**
   * Sees whether {@link #open} would succeed now.
   *
   * @throws IOException as that one
   */
  public static void tryOut(EntryPointOptions options) throws IOException {
    try {
      bind(options).close();
    } catch (IOException e) {
      throw cannotListen(options, e);
    }
  }

  private static ServerSocketChannel bind(EntryPointOptions options) throws IOException {
    ServerSocketChannel socket = ServerSocketChannel.open();
    try {
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      if (options.sharesPort()) {
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      // The channel's own method knows no exception for a host that nobody knows.
      socket.socket().bind(options.address(), BACKLOG);
      return socket;
    } catch (IOException | RuntimeException e) {
      IoUtils.safeClose(socket);
      throw e;
    }
  }

  /**
   * Accepts at once on a socket that listens already, whatever address the options have.
   *
   * @param bound closed with the entry point
   */
  public static EntryPoint openOn(
      ServerSocketChannel bound,
      Workers workers,
      EntryPointOptions options,
      ExchangeHandler handler,
      List<ExchangeObserver> observers,
      Front front)
      throws IOException {
    var entryPoint =
        new EntryPoint(
            workers,
            options,
            handler,
            observers,
            front,
            taker -> new BoundServer(workers.worker(), workers.turns(), bound, taker));
    entryPoint.socket.start();
    return entryPoint;
  }

  /**
   * Takes the socket of another entry point over, so that no connection is refused in between: what
   * is accepted from now on is this one's, and has its options. The former one ends each of its
   * connections with the answer to its next request, and is to be closed when none is left.
   */
  public static EntryPoint succeed(
      EntryPoint former,
      Workers workers,
      EntryPointOptions options,
      ExchangeHandler handler,
      List<ExchangeObserver> observers,
      Front front)
      throws IOException {
    var entryPoint =
        new EntryPoint(workers, options, handler, observers, front, _ -> former.socket);
    former.socket.giveTo(entryPoint::accepted);
    former.succeeded = true;
    former.stopAccepting();
    return entryPoint;
  }

  private static OptionMap undertowOptions(EntryPointOptions options, MemoryBound memory) {
    var builder =
        OptionMap.builder()
            .set(HeadParser.MAX_BYTES, options.maxHeaderBytes())
            .set(HeadParser.MEMORY, memory)
            .set(HeadParser.MAX_LINES, MAX_HEADER_LINES)
            .set(UndertowOptions.MAX_HEADER_SIZE, Integer.MAX_VALUE)
            .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
            .set(UndertowOptions.ALWAYS_SET_KEEP_ALIVE, false)
            .set(UndertowOptions.ALWAYS_SET_DATE, true)
            .set(UndertowOptions.ENABLE_HTTP2, false);
    if (!options.readTimeout().isZero()) {
      builder.set(UndertowOptions.REQUEST_PARSE_TIMEOUT, millis(options.readTimeout()));
    }
    if (!options.idleTimeout().isZero()) {
      builder.set(UndertowOptions.NO_REQUEST_TIMEOUT, millis(options.idleTimeout()));
    }
    return builder.getMap();
  }

  private static int millis(Duration duration) {
    return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
  }

  /** The address that is listened on, with the port that was taken where 0 was asked for. */
  public InetSocketAddress address() {
    return socket.address();
  }

  public String name() {
    return options.name();
  }

  /** Connections that are open now. */
  public long openConnections() {
    return connections.sum();
  }

  /** TLS handshakes that came to nothing, refused or broken off. */
  public long failedHandshakes() {
    return arrivals.failedHandshakes();
  }

  /**
   * Requests that are being answered now, and connections that TCP routers took; and, if no new
   * ones are taken, connections of HTTP/2 that have to be told yet, and those that came a moment
   * ago, whose first request may be on its way.
   */
  public long activeExchanges() {
    long awaited = draining ? arrivals.awaited(System.nanoTime()) : 0;
    return awaited
        + started.sum()
        - ended.sum()
        + http2.draining()
        + arrivals.tcpConnections().count();
  }

  /**
   * Takes no new connections beside those that the system has accepted already, and ends each
   * connection with the answer to its next request. Not to be called on an I/O thread.
   */
  public void stopAccepting() {
    draining = true;
    if (!succeeded) {
      try {
        socket.stop(BACKLOG, STOP_LIMIT);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    http2.drain();
  }

  /** Ends everything that is still open. */
  @Override
  public void close() {
    if (!succeeded) {
      IoUtils.safeClose(socket);
    }
    arrivals.close();
    http2.close();
    listener.closeConnections();
  }

  private void accepted(StreamConnection connection) {
    connections.increment();
    connection.setCloseListener(_ -> connections.decrement());
    arrivals.take(connection);
  }

  /** Called by Undertow for each request, on the I/O thread of its connection. */
  @Override
  public void handleRequest(HttpServerExchange exchange) {
    exchange.dispatch(SameThreadExecutor.INSTANCE, () -> handle(exchange));
  }

  private void handle(HttpServerExchange exchange) {
    long now = System.nanoTime();
    ConnectionState connection =
        ConnectionState.of((HttpServerConnection) exchange.getConnection(), options, now);
    if (connection.isLastRequest(options, now) || draining) {
      exchange.setPersistent(false);
    }
    if (exchange.getAttachment(HeadParser.PREFACE) != null && connection.isFirstRequest()) {
      http2.takeOver(connection.http());
      return;
    }
    RequestHead head;
    try {
      head = reader.read(exchange, connection.peer());
    } catch (RefusedException e) {
      refuse(exchange, connection, e);
      return;
    }
    if (head.secure()) {
      tlsOf(connection.http().getChannel()).ifPresent(head::tls);
    }
    var source = new UndertowBodySource(exchange, connection, options.readTimeout());
    var ours = new UndertowExchange(exchange, connection, head, source, observers, whenOver, now);
    started.increment();
    connection.listen(exchange, ours);
    ours.handle(handler);
    connection.handled(exchange, ours, source);
  }

  private Optional<ClientTls> tlsOf(StreamConnection connection) {
    return arrivals.tlsOf(connection);
  }

  private void refuse(
      HttpServerExchange exchange, ConnectionState connection, RefusedException reason) {
    LOG.debug("{}: refused {}: {}", options.name(), connection.peer().text(), reason.getMessage());
    if (reason.isSilent()) {
      IoUtils.safeClose(connection.http());
      return;
    }
    if (reason.isFailure()) {
      Failure failure = reason.failure();
      observers.forEach(observer -> observer.refused(options.name(), failure));
    }
    new RefusalAnswer(exchange, connection.http(), reason).send();
  }
}
