package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.framing.ChunkedDecoder;
import io.phalanx.node.framing.MalformedFramingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * The way of an answer's body to the client. Holds at most one buffer: while the client takes
 * nothing, the server's socket is not read. Used again for the next answer of its connection.
 */
final class ResponseRelay implements Runnable, StalledBodies.Holder {
  /** How the end of a body is known (RFC 9112, section 6.3). */
  enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  /** One turn of one connection is short: others wait meanwhile. */
  private static final int MAX_ROUNDS = 1;

  private final UpstreamConnection connection;
  private final ConduitStreamSourceChannel source;
  private final StalledBodies stalled;
  private final HeldBuffer pending;
  private final ChunkedDecoder decoder = new ChunkedDecoder();
  private @Nullable BodySink sink;
  private Framing framing = Framing.NONE;
  private long left;
  private long relayed;
  private boolean ended;
  private boolean excess;
  private boolean isStalled;

  ResponseRelay(
      UpstreamConnection connection, ConduitStreamSourceChannel source, ForwardingThread thread) {
    this.connection = connection;
    this.source = source;
    this.stalled = thread.stalled();
    this.pending = new HeldBuffer(thread.buffers());
  }

  /**
   * Begins with what came behind the head.
   *
   * @param length the body's, with {@link Framing#LENGTH}
   * @param first belongs to the relay from here on
   */
  void start(BodySink sink, Framing framing, long length, ByteBuffer first) {
    this.sink = sink;
    this.framing = framing;
    left = length;
    relayed = 0;
    ended = framing == Framing.NONE || (framing == Framing.LENGTH && length == 0);
    excess = false;
    decoder.reset();
    pending.hold(first);
    boolean full = first.limit() == first.capacity();
    if (deliver(sink, first, full) && full) {
      readReady();
    }
  }

  /** Body bytes that came from the server. */
  long relayed() {
    return relayed;
  }

  /** Lets go of everything; what comes later is not for this answer any more. */
  void abandon() {
    sink = null;
    goesOn();
    pending.release();
  }

  /** The client takes bytes again. */
  @Override
  public void run() {
    connection.guarded(this::writeReady);
  }

  @Override
  public void giveUp() {
    connection.clientGone(new IOException(StalledBodies.REASON));
  }

  private void writeReady() {
    goesOn();
    BodySink to = sink;
    if (to == null) {
      return;
    }
    ByteBuffer held = pending.get();
    if (held == null ? flushed(to) : pushed(to, held, false)) {
      source.resumeReads();
    }
  }

  /** The server sent more, or closed. */
  void readReady() {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      BodySink to = sink;
      if (to == null || !pending.isEmpty()) {
        return;
      }
      ByteBuffer in = pending.take();
      int read;
      try {
        read = source.read(in);
      } catch (IOException e) {
        pending.release();
        connection.lost("the server's connection broke: " + e.getMessage());
        return;
      }
      if (read <= 0) {
        pending.release();
        if (read < 0) {
          closedByServer(to);
        }
        return;
      }
      boolean full = !in.hasRemaining();
      in.flip();
      if (!deliver(to, in, full) || !full) {
        return;
      }
    }
  }

  private void closedByServer(BodySink to) {
    if (framing == Framing.UNTIL_CLOSE) {
      finish(to);
    } else {
      connection.lost("the server closed the connection within the body");
    }
  }

  /** Goes through what came. Returns whether more may be read at once. */
  private boolean deliver(BodySink to, ByteBuffer in, boolean full) {
    switch (framing) {
      case NONE -> {
        excess = in.hasRemaining();
        in.limit(in.position());
      }
      case LENGTH -> {
        if (in.remaining() > left) {
          excess = true;
          in.limit(in.position() + (int) left);
        }
        left -= in.remaining();
        ended = left == 0;
      }
      case CHUNKED -> {
        int limit = in.limit();
        try {
          decoder.decode(in);
        } catch (MalformedFramingException e) {
          connection.malformed(e.getMessage());
          return false;
        }
        ended = decoder.ended();
        excess = decoder.end() < limit;
      }
      case UNTIL_CLOSE -> {}
    }
    relayed += in.remaining();
    return pushed(to, in, full);
  }

  /** Returns whether all of {@code held} was taken and the body goes on. */
  private boolean pushed(BodySink to, ByteBuffer held, boolean moreIsThere) {
    try {
      while (held.hasRemaining()) {
        int written = to.write(held);
        if (!pending.isStill(held)) {
          return false;
        }
        if (written == 0) {
          await(to);
          return false;
        }
      }
    } catch (IOException e) {
      connection.clientGone(e);
      return false;
    }
    pending.release();
    if (ended) {
      finish(to);
      return false;
    }
    return moreIsThere || flushed(to);
  }

  /** Pushes out what the sink may hold, because the server pauses. Returns whether all is out. */
  private boolean flushed(BodySink to) {
    try {
      if (to.flush()) {
        return true;
      }
      await(to);
    } catch (IOException e) {
      connection.clientGone(e);
    }
    return false;
  }

  private void await(BodySink to) {
    source.suspendReads();
    if (!pending.isEmpty()) {
      isStalled = true;
      stalled.add(this, Buffers.SIZE + connection.heldOfInput());
    }
    to.whenWritable(this);
  }

  private void finish(BodySink to) {
    sink = null;
    if (framing == Framing.CHUNKED) {
      to.trailers(decoder.trailers());
    }
    connection.answered(to, !excess && framing != Framing.UNTIL_CLOSE);
  }

  private void goesOn() {
    if (isStalled) {
      isStalled = false;
      stalled.remove(this);
    }
  }
}
