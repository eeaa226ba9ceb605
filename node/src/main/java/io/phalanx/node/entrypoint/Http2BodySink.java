package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.http2.HeadWriter;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamResetException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.nio.Turns;

/**
 * An answer on its stream. Its head is sent with the first bytes of the body, or when the sender
 * pauses or ends. What was taken goes out by itself, with what others have to say at the same time.
 */
final class Http2BodySink implements ClientSink {
  /** The head of the answer. */
  interface Head {
    void send() throws StreamResetException;
  }

  private final Http2Stream stream;
  private final boolean bodiless;
  private final Runnable whenEnded;
  private @Nullable Head unsent;
  private Trailers trailers = Trailers.NONE;
  private Runnable whenSlow = () -> {};
  private Duration limit = Duration.ZERO;
  private @Nullable XnioIoThread ioThread;
  private XnioExecutor.@Nullable Key timer;
  private @Nullable Runnable ready;
  private boolean ended;
  private long bytes;

  /**
   * @param bodiless whether the answer has no body, whatever is written (RFC 9110, section 6.4.1)
   * @param whenEnded called once, when the end was written
   */
  Http2BodySink(Http2Stream stream, Head head, boolean bodiless, Runnable whenEnded) {
    this.stream = stream;
    this.unsent = head;
    this.bodiless = bodiless;
    this.whenEnded = whenEnded;
  }

  private void sendHead() throws StreamResetException {
    Head head = unsent;
    if (head != null) {
      unsent = null;
      head.send();
    }
  }

  @Override
  public boolean takeBack() {
    return unsent != null;
  }

  @Override
  public int write(ByteBuffer from) throws StreamResetException {
    sendHead();
    if (bodiless) {
      int dropped = from.remaining();
      from.position(from.limit());
      return dropped;
    }
    int written = stream.write(from);
    bytes += written;
    return written;
  }

  @Override
  public void trailers(Trailers behind) {
    trailers = behind;
  }

  @Override
  public boolean finish() throws StreamResetException {
    if (ended) {
      return true;
    }
    sendHead();
    if (bodiless || trailers.isEmpty()) {
      stream.finish();
    } else {
      HeadWriter fields = stream.newHead();
      for (Answer.Field field : trailers.fields()) {
        fields.field(field.name().lowerCase(), field.value());
      }
      stream.sendTrailers(fields);
    }
    ended = true;
    whenEnded.run();
    return true;
  }

  @Override
  public boolean flush() throws StreamResetException {
    sendHead();
    return true;
  }

  @Override
  public void whenWritable(Runnable whenReady) {
    ready = whenReady;
    stream.awaitRoom();
    XnioIoThread timing = ioThread;
    if (timing != null && timer == null) {
      timer = Turns.after(timing, limit, whenSlow);
    }
  }

  /**
   * Has {@code told} called if the client leaves no room for so long, be it that it reads other
   * streams meanwhile.
   *
   * @param most zero for ever
   */
  void limitWaiting(Duration most, XnioIoThread timing, Runnable told) {
    if (!most.isZero()) {
      limit = most;
      ioThread = timing;
      whenSlow = told;
    }
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
  public void wake() {
    release();
    Runnable waiting = ready;
    ready = null;
    if (waiting != null) {
      waiting.run();
    }
  }

  @Override
  public long bytes() {
    return bytes;
  }
}
