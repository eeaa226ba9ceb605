package io.phalanx.node.entrypoint;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.nio.Turns;

/**
 * What a client still sends behind an answer that came before the end of its request. It is read to
 * the end if that is near, so that the connection can be used again; else the connection ends, but
 * not before the client had a chance to read the answer.
 */
final class DiscardedBody implements Runnable {
  /** Most bytes that are read for nothing. */
  static final long MOST = 256 << 10;

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final HttpServerExchange exchange;
  private final UndertowBodySource source;
  private final XnioExecutor.Key timer;
  private long left = MOST;

  DiscardedBody(HttpServerExchange exchange, UndertowBodySource source) {
    this.exchange = exchange;
    this.source = source;
    this.timer =
        Turns.after(
            exchange.getIoThread(), LIMIT, () -> IoUtils.safeClose(exchange.getConnection()));
  }

  /** Reads what is there, and what comes. */
  void start() {
    if (!exchange.isPersistent()
        && exchange.getConnection() instanceof HttpServerConnection connection) {
      try {
        connection.getOriginalSinkConduit().terminateWrites();
      } catch (IOException _) {
        // The client is gone, which reading will tell.
      }
    }
    run();
  }

  @Override
  public void run() {
    try (PooledByteBuffer buffer = exchange.getConnection().getByteBufferPool().allocate()) {
      ByteBuffer bytes = buffer.getBuffer();
      int read = 0;
      while (left > 0 && (read = source.read(bytes.clear())) > 0) {
        left -= read;
      }
      if (read == 0 && left > 0) {
        source.whenReadable(this);
        return;
      }
    } catch (IOException _) {
      left = 0;
    }
    timer.remove();
    if (!source.isFinished()) {
      exchange.setPersistent(false);
      Connectors.terminateRequest(exchange);
    }
  }
}
