package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.Trailers;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Headers;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.nio.Turns;

/** The body of a request. A client that waits for leave to send it gets it when it is read. */
final class UndertowBodySource implements ClientSource {
  private final HttpServerExchange exchange;
  private final HttpServerConnection connection;
  private final ConnectionState client;
  private final Duration timeout;
  private final long length;
  private final @Nullable ChunkedBody chunks;
  private @Nullable StreamSourceChannel channel;
  private @Nullable Runnable ready;
  private XnioExecutor.@Nullable Key timer;
  private boolean begun;
  private boolean brokenOff;
  private boolean leaveAwaited;
  private boolean timedOut;
  private boolean ended;
  private long bytes;

  /**
   * @param timeout how long to wait for the client's next bytes; zero for ever
   */
  UndertowBodySource(HttpServerExchange exchange, ConnectionState client, Duration timeout) {
    this.exchange = exchange;
    this.client = client;
    this.connection = client.http();
    this.timeout = timeout;
    if (exchange.isRequestComplete()) {
      length = 0;
      ended = true;
      chunks = null;
      return;
    }
    boolean chunked = exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING);
    length = chunked ? -1 : exchange.getRequestContentLength();
    chunks = chunked ? new ChunkedBody(exchange, connection) : null;
    leaveAwaited = HttpContinue.requiresContinueResponse(exchange);
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
    begin();
    if (brokenOff) {
      throw new EOFException("the client closed the connection before its body was read");
    }
    if (timedOut) {
      throw new IOException("the client took too long to send the body");
    }
    if (leaveAwaited) {
      giveLeave();
    }
    int read = chunks == null ? channel().read(into) : chunks.read(into);
    bytes += Math.max(0, read);
    if (read > 0 && bytes == length) {
      // Undertow knows the end only when it is asked for more.
      channel().read(ByteBuffer.allocate(1));
    }
    if (!ended && exchange.isRequestComplete()) {
      ended = true;
      client.bodyRead(exchange);
    }
    return read;
  }

  @Override
  public Trailers trailers() {
    return chunks == null ? Trailers.NONE : chunks.trailers();
  }

  private void begin() {
    if (!begun) {
      begun = true;
      client.bodyBegun();
    }
  }

  /** The client sends no more, and nobody needs what there is. */
  void brokeOff() {
    brokenOff = true;
  }

  /** Whether somebody reads it. */
  boolean isBegun() {
    return begun;
  }

  private void giveLeave() throws IOException {
    leaveAwaited = false;
    if (InterimHead.send(connection, 100, new HeaderLines()) != InterimHead.Outcome.SENT) {
      throw new IOException("the client does not take the leave to send that it asked for");
    }
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
  public void whenReadable(Runnable whenReady) {
    begin();
    release();
    ready = whenReady;
    if (!timeout.isZero()) {
      timer = Turns.after(exchange.getIoThread(), timeout, this::expire);
    }
    if (chunks != null) {
      var source = connection.getChannel().getSourceChannel();
      source.setReadListener(this::wake);
      source.resumeReads();
    } else {
      StreamSourceChannel source = channel();
      ChannelListener<Channel> listener = _ -> wake(source);
      source.getReadSetter().set(listener);
      source.resumeReads();
    }
  }

  private void wake(StreamSourceChannel source) {
    source.suspendReads();
    wake();
  }

  @Override
  public void wake() {
    release();
    Runnable waiting = ready;
    ready = null;
    if (waiting != null) {
      waiting.run();
    }
  }

  private void expire() {
    timedOut = true;
    wake();
  }

  @Override
  public void stopWaiting() {
    release();
    ready = null;
  }

  @Override
  public void release() {
    XnioExecutor.Key running = timer;
    timer = null;
    if (running != null) {
      running.remove();
    }
  }

  @Override
  public boolean isLeaveAwaited() {
    return leaveAwaited;
  }

  @Override
  public boolean timedOut() {
    return timedOut;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /** Whether the body is there to its end, so that the connection may be used again. */
  boolean isFinished() {
    return exchange.isRequestComplete();
  }

  /**
   * Whether what is left is known to come, and is at most {@code most} bytes, so that it is cheaper
   * to read it than to open another connection.
   */
  boolean isLeftAtMost(long most) {
    return length >= 0 && length - bytes <= most && !leaveAwaited;
  }
}
