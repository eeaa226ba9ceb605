package io.phalanx.node.entrypoint;

import io.phalanx.node.entrypoint.AnswerHead.Framing;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.framing.LastChunk;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;

/**
 * An answer on its way to a client that speaks HTTP/1.1: its head, its body in the framing that the
 * head announces, its trailers. Holds one buffer, in which small pieces are gathered until the
 * sender pauses or ends. Written to the connection itself: Undertow's way sorts the lines of a head
 * by chance, pads the sizes of chunks, and has no place for trailers behind an empty body.
 */
final class AnswerSink implements ClientSink, ChannelListener<ConduitStreamSinkChannel> {
  /** Pieces up to this length are copied, which is cheaper than a write of several buffers. */
  private static final int MOST_COPIED = 4 * 1024;

  private static final int MOST_OF_SIZE_LINE = 10;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final UndertowExchange owner;
  private final HttpServerExchange exchange;
  private final HttpServerConnection connection;
  private final StreamSinkConduit out;
  private final Framing framing;
  private final boolean endless;
  private @Nullable PooledByteBuffer pooled;

  /** What goes out before anything else, ready to be read; appended to at its limit. */
  private ByteBuffer pending = NOTHING;

  /** Bytes to come of a body with a length, or of the chunk that is begun. */
  private long left;

  private Trailers trailers = Trailers.NONE;
  private @Nullable Runnable ready;
  private boolean begun;
  private boolean ended;
  private boolean over;
  private long bytes;

  /**
   * Opens an answer; its head is not out yet.
   *
   * @param headLength of the head that {@code head} has just written
   * @param length of the body, -1 if it is not known
   */
  AnswerSink(
      UndertowExchange owner,
      HttpServerExchange exchange,
      HttpServerConnection connection,
      AnswerHead head,
      int headLength,
      long length) {
    this.owner = owner;
    this.exchange = exchange;
    this.connection = connection;
    this.out = connection.getOriginalSinkConduit();
    this.framing = head.framing();
    this.endless = framing == Framing.UNTIL_CLOSE || framing == Framing.TUNNEL;
    this.left = framing == Framing.LENGTH ? length : 0;
    append(head.bytes(), headLength);
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int offered = from.remaining();
    if (framing == Framing.NONE) {
      from.position(from.limit());
      return offered;
    }
    if (offered == 0) {
      return 0;
    }
    if (framing == Framing.LENGTH && offered > left) {
      throw new IOException("the body is longer than its length");
    }
    if (framing == Framing.CHUNKED && left == 0 && !beginChunk(offered)) {
      return 0;
    }
    int most = endless ? offered : (int) Math.min(offered, left);
    boolean small = most <= MOST_COPIED && room() >= most + CRLF.length;
    int taken = small ? copy(from, most) : writeThrough(from, most);
    bytes += taken;
    return taken;
  }

  /** Returns false if there is no room, because the client takes nothing. */
  private boolean beginChunk(int size) throws IOException {
    if (room() < MOST_OF_SIZE_LINE && !push()) {
      return false;
    }
    byte[] line = (Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    append(line, line.length);
    left = size;
    return true;
  }

  private int copy(ByteBuffer from, int count) {
    ByteBuffer to = openedFor(count);
    int at = to.limit();
    to.limit(at + count).put(at, from, from.position(), count);
    pending = to;
    from.position(from.position() + count);
    taken(count, 0);
    return count;
  }

  /** Writes what is pending and, behind it, at most {@code most} of {@code from}. */
  private int writeThrough(ByteBuffer from, int most) throws IOException {
    int start = from.position();
    int limit = from.limit();
    from.limit(start + most);
    boolean endsChunk = framing == Framing.CHUNKED && most == left;
    ByteBuffer end = endsChunk ? ByteBuffer.wrap(CRLF) : NOTHING;
    try {
      if (pending.hasRemaining() || endsChunk) {
        begun |= out.write(new ByteBuffer[] {pending, from, end}, 0, 3) > 0;
      } else {
        begun |= out.write(from) > 0;
      }
    } finally {
      from.limit(limit);
    }
    int count = from.position() - start;
    if (!pending.hasRemaining()) {
      release();
    }
    taken(count, end.position());
    return count;
  }

  /**
   * @param endWritten how much of the end of the chunk is out
   */
  private void taken(int count, int endWritten) {
    if (endless) {
      return;
    }
    left -= count;
    if (framing == Framing.CHUNKED && left == 0 && endWritten < CRLF.length) {
      append(endWritten == 0 ? CRLF : new byte[] {'\n'}, CRLF.length - endWritten);
    }
  }

  private int room() {
    return pending.capacity() == 0
        ? connection.getByteBufferPool().getBufferSize()
        : pending.capacity() - pending.limit();
  }

  /** The pending bytes, in a buffer with at least so much room behind them. */
  private ByteBuffer openedFor(int count) {
    if (pending.capacity() - pending.limit() >= count) {
      return pending;
    }
    if (pending.capacity() == 0 && count <= connection.getByteBufferPool().getBufferSize()) {
      PooledByteBuffer taken = connection.getByteBufferPool().allocate();
      pooled = taken;
      return taken.getBuffer().clear().limit(0);
    }
    int there = pending.remaining();
    ByteBuffer larger = ByteBuffer.allocate(there + count).put(pending).flip();
    release();
    return larger;
  }

  private void append(byte[] more, int count) {
    ByteBuffer to = openedFor(count);
    int at = to.limit();
    to.limit(at + count).put(at, more, 0, count);
    pending = to;
  }

  /** Returns whether nothing is pending any more. */
  private boolean push() throws IOException {
    while (pending.hasRemaining()) {
      if (out.write(pending) == 0) {
        return false;
      }
      begun = true;
    }
    release();
    return true;
  }

  @Override
  public void trailers(Trailers following) {
    trailers = following;
  }

  @Override
  public boolean flush() throws IOException {
    return push() && out.flush();
  }

  @Override
  public boolean finish() throws IOException {
    if (!ended) {
      if (left > 0) {
        throw new IOException("the body is shorter than its length");
      }
      ended = true;
      if (framing != Framing.TUNNEL) {
        owner.answerWhole();
      }
      if (framing == Framing.CHUNKED) {
        byte[] last = LastChunk.with(trailers);
        append(last, last.length);
      }
    }
    if (!push()) {
      return false;
    }
    if (framing == Framing.TUNNEL) {
      out.terminateWrites();
    }
    if (!out.flush()) {
      return false;
    }
    if (!over) {
      over = true;
      if (framing == Framing.TUNNEL) {
        owner.tunnelHalfEnded();
      } else {
        owner.answerOut();
        Connectors.terminateResponse(exchange);
        owner.answerSent();
      }
    }
    return true;
  }

  @Override
  public void whenWritable(Runnable whenReady) {
    ready = whenReady;
    ConduitStreamSinkChannel channel = connection.getChannel().getSinkChannel();
    channel.setWriteListener(this);
    channel.resumeWrites();
  }

  @Override
  public void handleEvent(ConduitStreamSinkChannel channel) {
    channel.suspendWrites();
    owner.guarded(this::wake);
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
  public boolean takeBack() {
    if (begun) {
      return false;
    }
    ready = null;
    release();
    return true;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void release() {
    PooledByteBuffer held = pooled;
    pooled = null;
    pending = NOTHING;
    if (held != null) {
      held.close();
    }
  }
}
