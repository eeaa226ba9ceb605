package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Trailers;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.channels.StreamSinkChannel;

/** The body of an answer as Undertow's channel takes it; the head goes out with its first bytes. */
final class UndertowBodySink implements BodySink, ChannelListener<StreamSinkChannel> {
  private final UndertowExchange exchange;
  private final StreamSinkChannel channel;
  private @Nullable Runnable ready;
  private boolean shutDown;
  private long bytes;

  UndertowBodySink(UndertowExchange exchange, StreamSinkChannel channel) {
    this.exchange = exchange;
    this.channel = channel;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int written = channel.write(from);
    bytes += written;
    return written;
  }

  @Override
  public void trailers(Trailers trailers) {
    exchange.answerTrailers(trailers);
  }

  @Override
  public boolean flush() throws IOException {
    return channel.flush();
  }

  @Override
  public boolean finish() throws IOException {
    if (!shutDown) {
      shutDown = true;
      exchange.answerEnded();
      if (bytes == 0) {
        // Or Undertow would say that the body is empty, and leave no place for trailers.
        channel.flush();
      }
      channel.shutdownWrites();
    }
    if (!channel.flush()) {
      return false;
    }
    exchange.answerSent();
    return true;
  }

  @Override
  public void whenWritable(Runnable whenReady) {
    ready = whenReady;
    channel.getWriteSetter().set(this);
    channel.resumeWrites();
  }

  @Override
  public void handleEvent(StreamSinkChannel sink) {
    sink.suspendWrites();
    Runnable waiting = ready;
    ready = null;
    if (waiting != null) {
      waiting.run();
    }
  }

  long bytes() {
    return bytes;
  }
}
