package io.phalanx.node.entrypoint;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.time.Duration;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.XnioExecutor;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.nio.Turns;

/**
 * Ends a connection behind its last answer. What the client still sends is read for a while and
 * dropped: closed at once, the connection would be reset, and the client might lose the answer.
 */
final class LingeringClose implements ChannelListener<ConduitStreamSourceChannel> {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final HttpServerConnection connection;
  private final XnioExecutor.Key timer;
  private long left = DiscardedBody.MOST;

  LingeringClose(HttpServerConnection connection) {
    this.connection = connection;
    this.timer = Turns.after(connection.getIoThread(), LIMIT, () -> IoUtils.safeClose(connection));
  }

  void start() {
    PooledByteBuffer extra = connection.getExtraBytes();
    if (extra != null) {
      connection.setExtraBytes(null);
      extra.close();
    }
    ConduitStreamSourceChannel source = connection.getChannel().getSourceChannel();
    try {
      connection.getOriginalSinkConduit().terminateWrites();
      connection.getOriginalSinkConduit().flush();
    } catch (IOException _) {
      close();
      return;
    }
    connection.clearChannel();
    source.setReadListener(this);
    source.resumeReads();
    handleEvent(source);
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel source) {
    try (PooledByteBuffer buffer = connection.getByteBufferPool().allocate()) {
      int read;
      do {
        read = source.read(buffer.getBuffer().clear());
        left -= Math.max(0, read);
      } while (read > 0 && left > 0);
      if (read == 0) {
        return;
      }
    } catch (IOException _) {
      // Closed below.
    }
    close();
  }

  private void close() {
    timer.remove();
    IoUtils.safeClose(connection);
  }
}
