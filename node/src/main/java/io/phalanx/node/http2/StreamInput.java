package io.phalanx.node.http2;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What comes of one stream behind its head: the body, as far as it is not read, and trailers. */
final class StreamInput {
  /** Pieces of a received body below this are gathered, so that many are read at once. */
  private static final int LEAST_FRESH = 1024;

  private final Http2Connection connection;
  private final Http2Stream stream;
  private final ReceiveQueue held = new ReceiveQueue();
  private final ReceiveWindow window;
  private @Nullable Fields trailers;
  private @Nullable ByteBuffer fresh;
  private boolean ended;
  private boolean discarded;
  private boolean bodiless;
  private boolean toldSoon;
  private long bytesLeft = -1;

  StreamInput(Http2Connection connection, Http2Stream stream, int windowSize) {
    this.connection = connection;
    this.stream = stream;
    this.window = new ReceiveWindow(stream.id(), windowSize, windowSize, connection.output());
  }

  /** What is asked for has no body, whatever its head says (HEAD). */
  void bodiless(boolean value) {
    bodiless = value;
  }

  /**
   * Takes the head of a request, or of an answer that is final.
   *
   * @param end whether there is no body
   */
  void begin(Fields head, boolean end) {
    if (!bodiless && head.status() != 304 && head.status() != 204) {
      bytesLeft = head.contentLength();
    }
    ended = end;
  }

  /** Whether the end of the body would be where the head said. */
  boolean isLengthKept() {
    return bytesLeft <= 0;
  }

  /** Counts a part of the body; whether it is within what the head announced. */
  boolean isWithinLength(int part) {
    if (bytesLeft >= 0) {
      if (part > bytesLeft) {
        return false;
      }
      bytesLeft -= part;
    }
    return true;
  }

  /** Takes {@code length} bytes off the peer's window; whether it kept to it. */
  boolean takeWindow(int length) {
    return window.take(length);
  }

  /** A part of the body came. */
  void data(ByteBuffer part, boolean end) {
    if (discarded) {
      acknowledge(part.remaining());
      ended = end;
      return;
    }
    ended = end;
    if (held.size() > 0 || part.remaining() < LEAST_FRESH) {
      hold(part);
      tellSoon();
      return;
    }
    fresh = part;
    if (part.hasRemaining() || end) {
      stream.listener().readable();
    }
    fresh = null;
    if (part.hasRemaining()) {
      if (discarded || isCut()) {
        acknowledge(part.remaining());
      } else {
        hold(part);
      }
    }
  }

  private void hold(ByteBuffer part) {
    if (connection.window().hold(stream, part.remaining())) {
      held.add(part);
    } else {
      acknowledge(part.remaining());
      stream.giveUp();
    }
  }

  private void tellSoon() {
    if (!toldSoon) {
      toldSoon = true;
      connection.tellSoon(stream);
    }
  }

  /** All that came at once is there. */
  void tell() {
    toldSoon = false;
    if (isReadable() && !isCut() && !discarded) {
      stream.listener().readable();
    }
  }

  /** Trailers came, which end the stream. */
  void trailers(Fields fields) {
    trailers = fields.size() == 0 ? null : fields.copy();
    ended = true;
    if (!discarded) {
      stream.listener().readable();
    }
  }

  /**
   * Reads what is there of the body. What is read is what the peer may send again.
   *
   * @return the number of bytes, 0 if there are none now, -1 at the end
   * @throws StreamResetException if the stream is over before its end
   */
  int read(ByteBuffer into) throws StreamResetException {
    ErrorCode code = stream.end();
    if (code != null && isCut()) {
      throw new StreamResetException(code);
    }
    boolean wasHeld = held.size() > 0;
    int count = wasHeld ? held.read(into) : readFresh(into);
    if (count > 0) {
      if (wasHeld) {
        connection.window().release(stream, count, held.size() > 0);
      } else {
        connection.window().acknowledge(count);
      }
      acknowledgeHere(count);
      return count;
    }
    return isRead() ? -1 : 0;
  }

  private int readFresh(ByteBuffer into) {
    ByteBuffer part = fresh;
    if (part == null) {
      return 0;
    }
    int count = Math.min(part.remaining(), into.remaining());
    int limit = part.limit();
    into.put(part.limit(part.position() + count));
    part.limit(limit);
    return count;
  }

  /** Whether the stream is over, and what came of it is not whole. */
  private boolean isCut() {
    ErrorCode code = stream.end();
    return code != null && !(ended && code == ErrorCode.NO_ERROR);
  }

  private boolean isRead() {
    ByteBuffer part = fresh;
    return ended && held.size() == 0 && (part == null || !part.hasRemaining());
  }

  /** The peer may send {@code count} more bytes; it is told when that is worth a frame. */
  void acknowledge(int count) {
    if (count == 0) {
      return;
    }
    connection.window().acknowledge(count);
    acknowledgeHere(count);
  }

  /** The same for this stream alone. */
  private void acknowledgeHere(int count) {
    if (!ended && !stream.isOver()) {
      window.acknowledge(count);
    }
  }

  /** What came behind the body; known when {@link #read} has told its end. */
  Optional<Fields> trailers() {
    return Optional.ofNullable(trailers);
  }

  /** Whether {@link #read} would give something else than 0. */
  boolean isReadable() {
    ByteBuffer part = fresh;
    return ended || stream.isOver() || held.size() > 0 || (part != null && part.hasRemaining());
  }

  /** Whether the peer has sent all, though perhaps not all was read. */
  boolean isEnded() {
    return ended;
  }

  /** Nobody will read what is there and what comes. */
  void discard() {
    if (!discarded) {
      discarded = true;
      acknowledgeHere(drop());
    }
  }

  private int drop() {
    int dropped = held.size();
    held.clear();
    connection.window().release(stream, dropped, false);
    return dropped;
  }

  /** The stream is over: what is not whole is of no interest any more. */
  void streamEnded() {
    if (isCut()) {
      drop();
    }
  }
}
