package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.http2.HeadWriter;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamResetException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The way of a request's body to its server over HTTP/2, as the client sends it and the server's
 * windows take it. Holds at most one buffer, and none while it waits for the client or for a
 * window; it is {@linkplain StalledBodies counted} while the server's connection takes nothing.
 */
final class StreamSender implements StalledBodies.Holder {
  /** What is read although it cannot be sent now, so that the end is known if nothing is left. */
  private static final int AHEAD = 256;

  /** The buffer, and that of the connection which has no room for it. */
  private static final long HELD_WHEN_STALLED = 2 * Buffers.SIZE;

  private final UpstreamStream owner;
  private final Http2Stream stream;
  private final BodySource body;
  private final StalledBodies stalled;
  private final HeldBuffer out;
  private boolean heldBack;
  private boolean bodyTouched;
  private boolean bodyEnded;
  private boolean done;
  private boolean isStalled;

  StreamSender(UpstreamStream owner, Http2Stream stream, BodySource body, ForwardingThread thread) {
    this.owner = owner;
    this.stream = stream;
    this.body = body;
    this.stalled = thread.stalled();
    this.out = new HeldBuffer(thread.buffers());
    this.heldBack = body.length() != 0 && body.isLeaveAwaited();
  }

  /** Whether the whole request was given to the connection. */
  boolean isDone() {
    return done;
  }

  /** Whether part of the body was read, so that it cannot be read again. */
  boolean isBodyTouched() {
    return bodyTouched;
  }

  /** Whether the body waits until the server wants it, or has said nothing for long enough. */
  boolean isHeldBack() {
    return heldBack;
  }

  /** The server wants the body, as far as is known. */
  void goOn() {
    if (heldBack) {
      heldBack = false;
      owner.pumpGuarded();
    }
  }

  /** Goes no further: what is left is not wanted, or nobody is there for it. */
  void stop() {
    done = true;
    letGo();
  }

  @Override
  public void giveUp() {
    owner.notTaken(StalledBodies.REASON);
  }

  private void letGo() {
    goesOn();
    out.release();
  }

  private void goesOn() {
    if (isStalled) {
      isStalled = false;
      stalled.remove(this);
    }
  }

  /** Sends until one of the two sides would have to wait. */
  void pump() {
    if (done || heldBack) {
      return;
    }
    try {
      if (body.length() == 0) {
        finished();
        return;
      }
      while (written() && !bodyEnded) {
        if (!fill()) {
          return;
        }
      }
      if (bodyEnded && out.isEmpty()) {
        end();
      }
    } catch (StreamResetException _) {
      // Whoever reset it tells.
      letGo();
    }
  }

  /** Returns whether all that was read is written; if not, goes on when there is room. */
  private boolean written() throws StreamResetException {
    ByteBuffer held = out.get();
    if (held == null) {
      return true;
    }
    if (stream.write(held) > 0) {
      goesOn();
    }
    if (!held.hasRemaining()) {
      out.release();
      return true;
    }
    if (held.isDirect() && !isStalled) {
      isStalled = true;
      stalled.add(this, HELD_WHEN_STALLED);
    }
    stream.awaitRoom();
    return false;
  }

  /** A buffer for what can be sent now, or a small one beside the memory of the others. */
  private ByteBuffer newBuffer() {
    int room = stream.room();
    if (room > 0) {
      return out.take().limit(Math.min(room, Buffers.SIZE));
    }
    ByteBuffer small = ByteBuffer.allocate(AHEAD);
    out.hold(small);
    return small;
  }

  /** Reads what is there of the body. Returns false if there is nothing, or the client failed. */
  private boolean fill() {
    ByteBuffer into = newBuffer();
    int read;
    try {
      read = body.read(into);
    } catch (IOException e) {
      out.release();
      owner.bodyBrokeOff(e);
      return false;
    }
    if (!out.isStill(into)) {
      return false;
    }
    bodyTouched |= read != 0;
    if (read > 0) {
      into.flip();
      return true;
    }
    out.release();
    bodyEnded = read < 0;
    if (!bodyEnded) {
      body.whenReadable(owner::pumpGuarded);
    }
    return bodyEnded;
  }

  private void end() throws StreamResetException {
    Trailers trailers = body.trailers();
    if (trailers.isEmpty()) {
      stream.finish();
    } else {
      HeadWriter fields = stream.newHead();
      trailers.fields().forEach(field -> fields.field(field.name().toString(), field.value()));
      stream.sendTrailers(fields);
    }
    finished();
  }

  private void finished() {
    done = true;
    owner.requestSent();
  }
}
