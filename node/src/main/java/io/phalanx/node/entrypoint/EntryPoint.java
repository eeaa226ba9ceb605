package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.exchange.RequestHead;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpOpenListener;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.SameThreadExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.ChannelListener;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.channels.AcceptingChannel;

/** One listening address. Requests that pass its bounds go to one handler. */
public final class EntryPoint implements HttpHandler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EntryPoint.class);
  private static final int BACKLOG = 4096;
  private static final int MAX_HEADER_LINES = 200;

  private final EntryPointOptions options;
  private final RequestReader reader;
  private final ExchangeHandler handler;
  private final List<ExchangeObserver> observers;
  private final HttpOpenListener listener;
  private final AcceptingChannel<StreamConnection> socket;
  private final LongAdder connections = new LongAdder();
  private final LongAdder started = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final Runnable whenOver;
  private volatile boolean draining;

  private EntryPoint(
      Workers workers,
      EntryPointOptions options,
      ExchangeHandler handler,
      List<ExchangeObserver> observers)
      throws IOException {
    this.options = options;
    this.reader = new RequestReader(options, workers.hostName());
    this.handler = handler;
    this.observers = List.copyOf(observers);
    this.listener = new HttpOpenListener(workers.buffers(), undertowOptions(options));
    this.listener.setRootHandler(this);
    this.whenOver = ended::increment;
    this.socket =
        workers
            .worker()
            .createStreamConnectionServer(
                options.address(),
                ChannelListeners.openListenerAdapter(this::accepted),
                OptionMap.builder()
                    .set(Options.TCP_NODELAY, true)
                    .set(Options.REUSE_ADDRESSES, true)
                    .set(Options.BACKLOG, BACKLOG)
                    .getMap());
  }

  /**
   * Listens, and accepts at once.
   *
   * @throws IOException if that is not possible; the message names entry point and address
   */
  public static EntryPoint open(
      Workers workers,
      EntryPointOptions options,
      ExchangeHandler handler,
      List<ExchangeObserver> observers)
      throws IOException {
    try {
      var entryPoint = new EntryPoint(workers, options, handler, observers);
      entryPoint.socket.resumeAccepts();
      return entryPoint;
    } catch (IOException e) {
      throw new IOException(
          "entry point %s cannot listen on %s: %s"
              .formatted(options.name(), options.address(), e.getMessage()),
          e);
    }
  }

  private static OptionMap undertowOptions(EntryPointOptions options) {
    var builder =
        OptionMap.builder()
            .set(HeadParser.MAX_BYTES, options.maxHeaderBytes())
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
    return socket.getLocalAddress(InetSocketAddress.class);
  }

  public String name() {
    return options.name();
  }

  /** Connections that are open now. */
  public long openConnections() {
    return connections.sum();
  }

  /** Requests that are being answered now. */
  public long activeExchanges() {
    return started.sum() - ended.sum();
  }

  /** Takes no new connections, and ends each connection with the answer to its next request. */
  public void stopAccepting() {
    draining = true;
    IoUtils.safeClose(socket);
  }

  /** Ends everything that is still open. */
  @Override
  public void close() {
    IoUtils.safeClose(socket);
    listener.closeConnections();
  }

  private void accepted(StreamConnection connection) {
    listener.handleEvent(connection);
    if (connection.isOpen()) {
      connections.increment();
      ChannelListener<? super StreamConnection> undertows = connection.getCloseListener();
      connection.setCloseListener(
          closed -> {
            connections.decrement();
            ChannelListeners.invokeChannelListener(closed, undertows);
          });
    }
  }

  /** Called by Undertow for each request, on the I/O thread of its connection. */
  @Override
  public void handleRequest(HttpServerExchange exchange) {
    exchange.dispatch(SameThreadExecutor.INSTANCE, () -> handle(exchange));
  }

  private void handle(HttpServerExchange exchange) {
    long now = System.nanoTime();
    ConnectionState connection =
        ConnectionState.of((HttpServerConnection) exchange.getConnection(), now);
    if (connection.isLastRequest(options, now) || draining) {
      exchange.setPersistent(false);
    }
    RequestHead head;
    try {
      head = reader.read(exchange, connection.peer());
    } catch (RefusedException e) {
      refuse(exchange, connection, e);
      return;
    }
    var source = new UndertowBodySource(exchange, connection.http(), options.readTimeout());
    var ours =
        new UndertowExchange(exchange, connection.http(), head, source, observers, whenOver, now);
    started.increment();
    connection.listen(exchange, ours);
    ours.handle(handler);
  }

  private void refuse(
      HttpServerExchange exchange, ConnectionState connection, RefusedException reason) {
    LOG.debug("{}: refused {}: {}", options.name(), connection.peer().text(), reason.getMessage());
    new RefusalAnswer(exchange, connection.http(), reason).send();
  }
}
