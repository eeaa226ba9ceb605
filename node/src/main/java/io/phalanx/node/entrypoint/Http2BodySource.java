package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.http2.Fields;
import io.phalanx.node.http2.Http2Stream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.nio.Turns;

/** The body of a request on its stream, or what a tunnel's client sends. */
final class Http2BodySource implements ClientSource {
  private final Http2Stream stream;
  private final XnioIoThread ioThread;
  private final Duration timeout;
  private final long length;
  private @Nullable Runnable leave;
  private Runnable whenEnded = () -> {};
  private Trailers trailers = Trailers.NONE;
  private @Nullable Runnable ready;
  private XnioExecutor.@Nullable Key timer;
  private boolean ended;
  private boolean timedOut;
  private long bytes;

  /**
   * @param timeout how long to wait for the client's next bytes; zero for ever
   * @param length as {@link #length}
   */
  Http2BodySource(Http2Stream stream, XnioIoThread ioThread, Duration timeout, long length) {
    this.stream = stream;
    this.ioThread = ioThread;
    this.timeout = timeout;
    this.length = length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (length == 0 || ended) {
      return -1;
    }
    if (timedOut) {
      throw new IOException("the client took too long to send the body");
    }
    Runnable give = leave;
    if (give != null) {
      leave = null;
      give.run();
    }
    int count = stream.read(into);
    if (count < 0) {
      ended = true;
      whenEnded.run();
      trailers = stream.trailers().isPresent() ? trailers(stream.trailers().get()) : Trailers.NONE;
    }
    bytes += Math.max(0, count);
    return count;
  }

  private static Trailers trailers(Fields fields) throws IOException {
    var builder = new Trailers.Builder();
    for (int i = 0; i < fields.size(); i++) {
      if (!builder.add(fields.name(i).header().toString(), fields.value(i))) {
        throw new IOException("the trailers are too large");
      }
    }
    return builder.build();
  }

  @Override
  public Trailers trailers() {
    return trailers;
  }

  @Override
  public void whenReadable(Runnable whenReady) {
    release();
    ready = whenReady;
    if (length == 0 || ended || stream.isReadable()) {
      ioThread.execute(this::wake);
    } else if (!timeout.isZero()) {
      timer = Turns.after(ioThread, timeout, this::expire);
    }
  }

  private void expire() {
    timedOut = true;
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

  /** The client waits for leave to send the body, which {@code give} gives. */
  void awaitLeave(Runnable give) {
    leave = give;
  }

  /** Not of a client that did not wait. */
  @Override
  public boolean isLeaveAwaited() {
    return leave != null && !stream.isReadable();
  }

  /** Has {@code told} called once, when the end was read. */
  void whenEnded(Runnable told) {
    whenEnded = told;
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
  public boolean timedOut() {
    return timedOut;
  }

  @Override
  public long bytes() {
    return bytes;
  }
}
