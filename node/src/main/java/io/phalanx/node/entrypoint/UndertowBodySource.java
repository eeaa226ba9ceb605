package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySource;
import io.undertow.server.HttpServerExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.channels.StreamSourceChannel;

/** The body of a request as Undertow's channel gives it. */
final class UndertowBodySource implements BodySource, ChannelListener<StreamSourceChannel> {
  private final HttpServerExchange exchange;
  private final long length;
  private @Nullable StreamSourceChannel channel;
  private @Nullable Runnable ready;
  private long bytes;

  UndertowBodySource(HttpServerExchange exchange) {
    this.exchange = exchange;
    this.length = exchange.isRequestComplete() ? 0 : exchange.getRequestContentLength();
  }

  private StreamSourceChannel channel() {
    StreamSourceChannel opened = channel;
    if (opened == null) {
      opened = exchange.getRequestChannel();
      channel = opened;
    }
    return opened;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (length == 0) {
      return -1;
    }
    int read = channel().read(into);
    bytes += Math.max(0, read);
    return read;
  }

  @Override
  public void whenReadable(Runnable whenReady) {
    ready = whenReady;
    StreamSourceChannel source = channel();
    source.getReadSetter().set(this);
    source.resumeReads();
  }

  @Override
  public void handleEvent(StreamSourceChannel source) {
    source.suspendReads();
    Runnable waiting = ready;
    ready = null;
    if (waiting != null) {
      waiting.run();
    }
  }

  long bytes() {
    return bytes;
  }

  /** Whether the body is there to its end, so that the connection may be used again. */
  boolean isFinished() {
    return exchange.isRequestComplete();
  }
}
