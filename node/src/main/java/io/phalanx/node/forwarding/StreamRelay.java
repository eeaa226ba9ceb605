package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamResetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The way of an answer's body to the client from a stream. Holds at most one buffer; what the
 * client does not take stays in the stream's window.
 */
final class StreamRelay implements Runnable, StalledBodies.Holder {
  /** The buffer, and what the stream's window let come. */
  private static final long HELD_WHEN_STALLED = Buffers.SIZE + MultiplexedConnection.STREAM_WINDOW;

  private final UpstreamStream owner;
  private final MultiplexedConnection connection;
  private final Http2Stream stream;
  private final HeldBuffer pending;
  private @Nullable BodySink sink;
  private boolean awaitsClient;
  private boolean flushAsked;
  private boolean bodiless;
  private long relayed;

  StreamRelay(UpstreamStream owner, MultiplexedConnection connection, Http2Stream stream) {
    this.owner = owner;
    this.connection = connection;
    this.stream = stream;
    this.pending = new HeldBuffer(connection.thread().buffers());
  }

  /**
   * From here on what comes goes to {@code to}.
   *
   * @param withoutBody whether there may be none, so that nothing but the end is waited for, and
   *     that only if it came with the head (RFC 9110, section 6.4.1)
   */
  void start(BodySink to, boolean withoutBody) {
    sink = to;
    bodiless = withoutBody;
    flushSoon();
  }

  /** Body bytes that came from the server. */
  long relayed() {
    return relayed;
  }

  /** Lets go of everything. */
  void stop() {
    sink = null;
    goesOn();
    pending.release();
  }

  /** The server sent more, or the end. */
  void readable() {
    if (!awaitsClient) {
      owner.guarded(this::relay);
    }
  }

  /** The client takes bytes again. */
  @Override
  public void run() {
    owner.guarded(this::relay);
  }

  @Override
  public void giveUp() {
    owner.clientGone(new IOException(StalledBodies.REASON));
  }

  /** Passes on what is there, until the client takes no more. */
  private void relay() {
    goesOn();
    BodySink to = sink;
    if (to == null) {
      return;
    }
    if (bodiless) {
      endWithoutBody(to);
      return;
    }
    try {
      while (pushed(to)) {
        ByteBuffer in = pending.take();
        int read = read(in);
        if (read > 0) {
          relayed += read;
          in.flip();
          continue;
        }
        pending.release();
        if (read < 0) {
          finish(to);
        } else {
          flushSoon();
        }
        return;
      }
    } catch (IOException e) {
      owner.clientGone(e);
    }
  }

  private int read(ByteBuffer in) {
    try {
      return stream.read(in);
    } catch (StreamResetException _) {
      // Whoever reset it tells.
      return 0;
    }
  }

  /** Returns whether nothing is held; if something is, goes on when the client takes it. */
  private boolean pushed(BodySink to) throws IOException {
    ByteBuffer held = pending.get();
    if (held == null) {
      return true;
    }
    while (held.hasRemaining()) {
      int written = to.write(held);
      if (!pending.isStill(held)) {
        return false;
      }
      if (written == 0) {
        awaitClient(to);
        return false;
      }
    }
    pending.release();
    return true;
  }

  private void awaitClient(BodySink to) {
    awaitsClient = true;
    connection.thread().stalled().add(this, HELD_WHEN_STALLED);
    to.whenWritable(this);
  }

  private void goesOn() {
    if (awaitsClient) {
      awaitsClient = false;
      connection.thread().stalled().remove(this);
    }
  }

  private void flushSoon() {
    if (!flushAsked) {
      flushAsked = true;
      connection.flushAfterReading(this);
    }
  }

  /** Pushes out what the client's side may hold, because the server pauses. */
  void flushClient() {
    flushAsked = false;
    owner.guarded(this::flush);
  }

  private void flush() {
    BodySink to = sink;
    if (to == null || awaitsClient) {
      return;
    }
    if (bodiless) {
      endWithoutBody(to);
      return;
    }
    try {
      if (!to.flush()) {
        awaitClient(to);
      }
    } catch (IOException e) {
      owner.clientGone(e);
    }
  }

  private void endWithoutBody(BodySink to) {
    stream.discardInput();
    owner.relayed(to);
  }

  private void finish(BodySink to) {
    if (stream.trailers().isPresent()) {
      try {
        Trailers trailers = Http2AnswerHead.trailers(stream.trailers().get());
        if (!trailers.isEmpty()) {
          to.trailers(trailers);
        }
      } catch (IllegalArgumentException e) {
        owner.malformed("the trailers are malformed: " + e.getMessage());
        return;
      }
    }
    owner.relayed(to);
  }
}
