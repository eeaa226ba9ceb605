package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Trailers;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** What a client sends after its connection became a tunnel, first what came behind its request. */
final class TunnelSource implements ClientSource, ChannelListener<ConduitStreamSourceChannel> {
  private final HttpServerConnection connection;
  private final Runnable whenEnded;
  private @Nullable Runnable ready;
  private boolean ended;
  private long bytes;

  /**
   * @param whenEnded called once, when the client ended its half
   */
  TunnelSource(HttpServerConnection connection, Runnable whenEnded) {
    this.connection = connection;
    this.whenEnded = whenEnded;
    connection.clearChannel();
    connection.getChannel().getSourceChannel().suspendReads();
  }

  @Override
  public long length() {
    return -1;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (ended) {
      return -1;
    }
    int read = RawBytes.read(connection, into);
    bytes += Math.max(0, read);
    if (read < 0) {
      ended = true;
      whenEnded.run();
    }
    return read;
  }

  @Override
  public Trailers trailers() {
    return Trailers.NONE;
  }

  @Override
  public void whenReadable(Runnable whenReady) {
    ready = whenReady;
    ConduitStreamSourceChannel source = connection.getChannel().getSourceChannel();
    if (ended || connection.getExtraBytes() != null) {
      connection.getIoThread().execute(() -> handleEvent(source));
    } else {
      source.setReadListener(this);
      source.resumeReads();
    }
  }

  @Override
  public void handleEvent(ConduitStreamSourceChannel source) {
    source.suspendReads();
    wake();
  }

  @Override
  public void wake() {
    Runnable waiting = ready;
    ready = null;
    if (waiting != null) {
      waiting.run();
    }
  }

  @Override
  public boolean timedOut() {
    return false;
  }

  @Override
  public void release() {
    ready = null;
  }

  @Override
  public long bytes() {
    return bytes;
  }
}
