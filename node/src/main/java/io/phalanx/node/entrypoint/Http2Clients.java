package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.ClientTls;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.http2.Http2Options;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.xnio.StreamConnection;

/** The HTTP/2 connections of one entry point. */
final class Http2Clients {
  private static final int STREAM_WINDOW = 128 << 10;
  private static final int CONNECTION_WINDOW = 2 << 20;
  private static final int MAX_FIELDS = 200;
  private static final int MAX_RESETS = 200;
  private static final int MAX_IDLE_FRAMES = 2000;

  /** For a stream that is given no room, where writeTimeout says nothing. */
  private static final Duration LONGEST_STALL = Duration.ofMinutes(10);

  private static final Duration FOR_EVER = Duration.ofDays(365);

  private final EntryPointOptions options;
  private final Http2Options limits;
  private final Workers workers;
  private final RequestReader reader;
  private final ExchangeHandler handler;
  private final List<ExchangeObserver> observers;
  private final Function<StreamConnection, Optional<ClientTls>> tlsOf;
  private final Runnable whenStarted;
  private final Runnable whenOver;
  private final Set<Http2Client> open = ConcurrentHashMap.newKeySet();
  private volatile boolean draining;

  /**
   * @param tlsOf what is known of a connection's TLS
   * @param whenStarted called for each exchange when it begins
   * @param whenOver called for each exchange when all of its answer is out
   */
  Http2Clients(
      EntryPointOptions options,
      Workers workers,
      RequestReader reader,
      ExchangeHandler handler,
      List<ExchangeObserver> observers,
      Function<StreamConnection, Optional<ClientTls>> tlsOf,
      Runnable whenStarted,
      Runnable whenOver) {
    this.options = options;
    this.limits = limits(options);
    this.workers = workers;
    this.reader = reader;
    this.handler = handler;
    this.observers = observers;
    this.tlsOf = tlsOf;
    this.whenStarted = whenStarted;
    this.whenOver = whenOver;
  }

  private static Http2Options limits(EntryPointOptions options) {
    Duration readTimeout = options.readTimeout();
    return new Http2Options(
        options.http2().maxConcurrentStreams(),
        STREAM_WINDOW,
        CONNECTION_WINDOW,
        options.maxHeaderBytes(),
        MAX_FIELDS,
        options.http2().maxDecoderHeaderTableSize(),
        options.http2().maxEncoderHeaderTableSize(),
        true,
        readTimeout.isZero() ? FOR_EVER : readTimeout,
        MAX_RESETS,
        MAX_IDLE_FRAMES);
  }

  /** Takes a connection over of which it is known what it speaks, see {@link ProtocolStart}. */
  void take(StreamConnection connection, PooledByteBuffer first) {
    var client = new Http2Client(this, connection, tlsOf.apply(connection));
    try (first) {
      client.received(first.getBuffer());
    }
    client.start();
  }

  /** Takes over what began like HTTP/1.1, behind {@link HeadParser#PREFACE_LINE}. */
  void takeOver(HttpServerConnection http) {
    http.clearChannel();
    var client = new Http2Client(this, http.getChannel(), tlsOf.apply(http.getChannel()));
    client.received(ByteBuffer.wrap(HeadParser.PREFACE_LINE));
    PooledByteBuffer more = http.getExtraBytes();
    if (more != null) {
      http.setExtraBytes(null);
      try (more) {
        client.received(more.getBuffer());
      }
    }
    client.start();
  }

  EntryPointOptions options() {
    return options;
  }

  Http2Options limits() {
    return limits;
  }

  Workers workers() {
    return workers;
  }

  /** How long a client may give a stream no room. */
  Duration longestStall() {
    return longestStall(options.writeTimeout());
  }

  static Duration longestStall(Duration writeTimeout) {
    return writeTimeout.isZero() ? LONGEST_STALL : writeTimeout;
  }

  RequestReader reader() {
    return reader;
  }

  ExchangeHandler handler() {
    return handler;
  }

  List<ExchangeObserver> observers() {
    return observers;
  }

  Runnable whenStarted() {
    return whenStarted;
  }

  Runnable whenOver() {
    return whenOver;
  }

  void opened(Http2Client client) {
    open.add(client);
    if (draining) {
      client.drainSoon();
    }
  }

  void closed(Http2Client client) {
    open.remove(client);
  }

  /** Connections that were told that there is an end, and have not come to it. */
  int draining() {
    return draining ? open.size() : 0;
  }

  /** Ends all connections as soon as their streams are at their end. From any thread. */
  void drain() {
    draining = true;
    open.forEach(Http2Client::drainSoon);
  }

  /** Ends all connections now. From any thread. */
  void close() {
    open.forEach(Http2Client::close);
  }
}
