package io.undertow.server.protocol.http;

import io.undertow.UndertowOptions;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.ConnectorStatisticsImpl;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.ConnectionUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.nio.Turns;

/**
 * Stands in the place of Undertow's class of this name: reads the requests of one connection, one
 * after another, on its I/O thread. That one closes the connection without a word where a head does
 * not come in time or breaks off; here both are answered like every head that is refused. It also
 * waits for the first request of a connection no longer than for the rest of a head.
 */
final class HttpReadListener implements ChannelListener<ConduitStreamSourceChannel>, Runnable {
  private final HttpServerConnection connection;
  private final RequestParser parser;
  private final RequestState state;
  private final int headMillis;
  private final int idleMillis;
  private final int firstMillis;
  private @Nullable HttpServerExchange begun;
  private XnioExecutor.@Nullable Key timer;
  private long timerDue;
  private long deadline;
  private boolean waiting;
  private boolean first = true;
  private boolean running;

  /**
   * @param statistics of Undertow's, which are not used
   */
  HttpReadListener(
      HttpServerConnection connection,
      RequestParser parser,
      @Nullable ConnectorStatisticsImpl statistics) {
    this.connection = connection;
    this.parser = parser;
    this.state = parser.newState();
    this.headMillis = connection.getUndertowOptions().get(UndertowOptions.REQUEST_PARSE_TIMEOUT, 0);
    this.idleMillis = connection.getUndertowOptions().get(UndertowOptions.NO_REQUEST_TIMEOUT, 0);
    this.firstMillis =
        headMillis == 0 || idleMillis == 0
            ? Math.max(headMillis, idleMillis)
            : Math.min(headMillis, idleMillis);
    connection.addCloseListener(
        _ -> {
          stopTimer();
          state.parser.close();
        });
  }

  /** Gets ready for the next request. */
  public void newRequest() {
    state.reset();
    begun = null;
    running = false;
    connection.setCurrentExchange(null);
    expectWithin(first ? firstMillis : idleMillis);
  }

  /** Sets when it is too late; a timer that runs is left to find out that it came too early. */
  private void expectWithin(int millis) {
    waiting = millis > 0;
    if (!waiting) {
      return;
    }
    deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    if (timer != null && timerDue - deadline > 0) {
      timer.remove();
      timer = null;
    }
    if (timer == null) {
      startTimer(millis);
    }
  }

  private void startTimer(long millis) {
    timerDue = deadline;
    timer = Turns.after(connection.getIoThread(), Duration.ofMillis(millis), this::expire);
  }

  private void stopTimer() {
    waiting = false;
    XnioExecutor.Key started = timer;
    timer = null;
    if (started != null) {
      started.remove();
    }
  }

  private void expire() {
    timer = null;
    if (!waiting || !connection.isOpen()) {
      return;
    }
    long left = deadline - System.nanoTime();
    HttpServerExchange exchange = begun;
    if (left > 0) {
      startTimer(TimeUnit.NANOSECONDS.toMillis(left) + 1);
    } else if (exchange == null) {
      IoUtils.safeClose(connection);
    } else {
      state.parser.tooSlow(exchange);
      start(exchange);
    }
  }

  @Override
  public void run() {
    handleEvent(connection.getChannel().getSourceChannel());
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel channel) {
    if (running) {
      channel.suspendReads();
      return;
    }
    try {
      read(channel);
    } catch (IOException | OutOfMemoryError _) {
      // Where there is no memory to read into, the socket would tell of itself without end.
      IoUtils.safeClose(connection);
    }
  }

  private void read(ConduitStreamSourceChannel channel) throws IOException {
    while (connection.isOpen()) {
      PooledByteBuffer pooled = connection.getExtraBytes();
      if (pooled == null) {
        pooled = connection.getByteBufferPool().allocate();
        int count = fill(channel, pooled);
        if (count == 0) {
          channel.setReadListener(this);
          channel.resumeReads();
          return;
        }
        if (count < 0) {
          brokenOff();
          return;
        }
      } else {
        connection.setExtraBytes(null);
      }
      if (parse(pooled)) {
        return;
      }
    }
  }

  /** Reads into a buffer, which is given back if nothing came. */
  private static int fill(ConduitStreamSourceChannel channel, PooledByteBuffer pooled)
      throws IOException {
    int count = -1;
    try {
      count = channel.read(pooled.getBuffer());
    } finally {
      if (count > 0) {
        pooled.getBuffer().flip();
      } else {
        pooled.close();
      }
    }
    return count;
  }

  private void brokenOff() {
    HttpServerExchange exchange = begun;
    if (exchange == null) {
      IoUtils.safeClose(connection);
    } else {
      state.parser.brokenOff(exchange);
      start(exchange);
    }
  }

  /** Returns whether a request was started. */
  private boolean parse(PooledByteBuffer pooled) {
    HttpServerExchange known = begun;
    HttpServerExchange exchange = known == null ? new HttpServerExchange(connection, -1) : known;
    begun = exchange;
    ByteBuffer bytes = pooled.getBuffer();
    parser.handle(bytes, state, exchange);
    if (bytes.hasRemaining()) {
      connection.setExtraBytes(pooled);
    } else {
      pooled.close();
    }
    if (state.isComplete()) {
      start(exchange);
      return true;
    }
    if (known == null && !first) {
      expectWithin(headMillis);
    }
    return false;
  }

  private void start(HttpServerExchange exchange) {
    waiting = false;
    first = false;
    begun = null;
    running = true;
    exchange.setRequestScheme(connection.getSslSession() == null ? "http" : "https");
    connection.getOriginalSourceConduit().suspendReads();
    HttpTransferEncoding.setupRequest(exchange);
    connection.setCurrentExchange(exchange);
    Connectors.executeRootHandler(connection.getRootHandler(), exchange);
  }

  /** Request and answer are through: the next request, or the end of the connection. */
  void exchangeComplete(HttpServerExchange exchange) {
    connection.clearChannel();
    connection.setCurrentExchange(null);
    if (!connection.isOpen()) {
      return;
    }
    if (!exchange.isPersistent()) {
      PooledByteBuffer extra = connection.getExtraBytes();
      if (extra != null) {
        connection.setExtraBytes(null);
        extra.close();
      }
      ConnectionUtils.cleanClose(connection.getChannel(), connection);
      return;
    }
    newRequest();
    ConduitStreamSourceChannel source = connection.getChannel().getSourceChannel();
    source.setReadListener(this);
    if (connection.getExtraBytes() == null) {
      source.resumeReads();
    } else {
      connection.getIoThread().execute(this);
    }
  }
}
