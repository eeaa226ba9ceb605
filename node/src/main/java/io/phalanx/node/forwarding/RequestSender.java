package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.framing.LastChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.conduits.ConduitStreamSinkChannel;

/**
 * The way of a request to its server: the head, with as much of the body as is there in the same
 * write, then the rest of the body as it comes. Holds at most one buffer, and none while it waits
 * for the client; it is {@linkplain StalledBodies counted} while the server takes nothing. Used
 * again for the next request of its connection.
 */
final class RequestSender implements Runnable, StalledBodies.Holder {
  private static final int MAX_ROUNDS = 4;
  private static final int SIZE_DIGITS = 4;
  private static final int BEFORE_CHUNK = SIZE_DIGITS + 2;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final int LEAST_ROOM = 256;

  private final UpstreamConnection connection;
  private final ConduitStreamSinkChannel sink;
  private final StalledBodies stalled;
  private final HeldBuffer out;
  private @Nullable BodySource body;
  private long left;
  private boolean chunked;
  private boolean heldBack;
  private boolean tunnel;
  private long tunnelled;
  private boolean ended;
  private boolean bodyTouched;
  private boolean anythingWritten;
  private boolean done;
  private boolean isStalled;

  RequestSender(
      UpstreamConnection connection, ConduitStreamSinkChannel sink, ForwardingThread thread) {
    this.connection = connection;
    this.sink = sink;
    this.stalled = thread.stalled();
    this.out = new HeldBuffer(thread.buffers());
  }

  /** Whether the whole request was taken by the socket. */
  boolean done() {
    return done;
  }

  boolean anythingWritten() {
    return anythingWritten;
  }

  /** Whether part of the body was read, so that it cannot be read again. */
  boolean bodyTouched() {
    return bodyTouched;
  }

  void start(BodySource body, byte[] head, int headLength) {
    long length = body.length();
    left = length;
    chunked = length < 0;
    tunnel = false;
    ended = length == 0;
    heldBack = !ended && body.isLeaveAwaited();
    bodyTouched = false;
    anythingWritten = false;
    done = false;
    if (headLength > Buffers.SIZE) {
      out.hold(ByteBuffer.allocate(headLength).put(head, 0, headLength).flip());
    } else {
      ByteBuffer first = out.take().put(head, 0, headLength);
      if (!ended && !heldBack && !(fill(body, first) && out.isStill(first))) {
        return;
      }
      first.flip();
    }
    this.body = body;
    pump();
  }

  /** Whether the body waits until the server wants it, or has said nothing for long enough. */
  boolean isHeldBack() {
    return heldBack && out.isEmpty();
  }

  /** The server wants the body, as far as is known. */
  void goOn() {
    if (heldBack) {
      heldBack = false;
      pump();
    }
  }

  /** Goes on with what the client sends after its connection became a tunnel, until it ends. */
  void startTunnel(BodySource source) {
    chunked = false;
    tunnel = true;
    ended = false;
    body = source;
    pump();
  }

  /** Bytes that went through the tunnel. */
  long tunnelled() {
    return tunnelled;
  }

  /** The client sent more of the body. */
  @Override
  public void run() {
    if (body != null) {
      connection.guarded(this::pump);
    }
  }

  /** Lets go of everything; what comes later is not for this request any more. */
  void abandon() {
    body = null;
    goesOn();
    out.release();
  }

  @Override
  public void giveUp() {
    connection.notTaken(StalledBodies.REASON);
  }

  /** It is the turn of others. The socket may be full by now, so nothing is held meanwhile. */
  private void restUntilWritable() {
    if (flushed()) {
      out.release();
      sink.resumeWrites();
    }
  }

  private void awaitServer() {
    sink.resumeWrites();
    if (!isStalled) {
      isStalled = true;
      stalled.add(this, (out.isEmpty() ? 0 : Buffers.SIZE) + connection.heldOfOutput());
    }
  }

  private void goesOn() {
    if (isStalled) {
      isStalled = false;
      stalled.remove(this);
    }
  }

  /** Writes and reads by turns until one of them would have to wait. */
  void pump() {
    BodySource from = body;
    if (from == null) {
      sink.suspendWrites();
      return;
    }
    for (int round = 0; true; round++) {
      ByteBuffer pending = out.get();
      if (pending != null && !written(pending)) {
        return;
      }
      if (ended) {
        if (flushed()) {
          finish();
        }
        return;
      }
      if (heldBack) {
        out.release();
        sink.suspendWrites();
        return;
      }
      if (round == MAX_ROUNDS) {
        restUntilWritable();
        return;
      }
      if (pending == null || !pending.isDirect()) {
        pending = out.take();
      }
      pending.clear();
      if (!(fill(from, pending) && out.isStill(pending))) {
        return;
      }
      pending.flip();
      if (!pending.hasRemaining() && !ended) {
        out.release();
        sink.suspendWrites();
        from.whenReadable(this);
        return;
      }
    }
  }

  /** Returns whether all of {@code pending} is written; if not, goes on when there is room. */
  private boolean written(ByteBuffer pending) {
    try {
      while (pending.hasRemaining()) {
        if (sink.write(pending) == 0) {
          awaitServer();
          return false;
        }
        goesOn();
        anythingWritten = true;
      }
      return true;
    } catch (IOException _) {
      lost();
      return false;
    }
  }

  /** Returns whether the socket has all; with TLS a buffer may be left behind the last write. */
  private boolean flushed() {
    try {
      if (sink.flush()) {
        goesOn();
        return true;
      }
      out.release();
      awaitServer();
    } catch (IOException _) {
      lost();
    }
    return false;
  }

  /** The server may have answered before it closed: what it sent decides. */
  private void lost() {
    abandon();
    sink.suspendWrites();
  }

  private void finish() {
    out.release();
    body = null;
    done = true;
    if (sink.isWriteResumed()) {
      sink.suspendWrites();
    }
    if (tunnel) {
      try {
        sink.shutdownWrites();
        sink.flush();
      } catch (IOException _) {
        // What the server sends, or that it closed, decides.
      }
      connection.halfEnded();
    } else {
      connection.requestSent();
    }
  }

  /** Adds what is there of the body. Returns false if the client failed, which is then told. */
  private boolean fill(BodySource from, ByteBuffer to) {
    try {
      if (to.remaining() >= LEAST_ROOM) {
        if (chunked) {
          fillChunk(from, to);
        } else if (tunnel) {
          int read = from.read(to);
          tunnelled += Math.max(0, read);
          ended = read < 0;
        } else {
          fillPlain(from, to);
        }
      }
      return true;
    } catch (IOException e) {
      connection.clientFailed(e);
      return false;
    }
  }

  private void fillPlain(BodySource from, ByteBuffer to) throws IOException {
    if (to.remaining() > left) {
      to.limit(to.position() + (int) left);
    }
    int read = from.read(to);
    to.limit(to.capacity());
    if (read < 0) {
      throw new IOException("the body is shorter than its length");
    }
    left -= read;
    bodyTouched |= read > 0;
    ended = left == 0;
  }

  private void fillChunk(BodySource from, ByteBuffer to) throws IOException {
    int start = to.position();
    to.position(start + BEFORE_CHUNK).limit(to.capacity() - CRLF.length);
    int read = from.read(to);
    to.limit(to.capacity());
    bodyTouched |= read != 0;
    if (read <= 0) {
      to.position(start);
    } else {
      int digits = 1 + (31 - Integer.numberOfLeadingZeros(read)) / 4;
      for (int i = 0; i < digits; i++) {
        int digit = (read >>> (4 * (digits - 1 - i))) & 0xf;
        to.put(start + i, (byte) Character.forDigit(digit, 16));
      }
      int data = start + digits + CRLF.length;
      to.put(start + digits, CRLF);
      if (digits < SIZE_DIGITS) {
        // A short chunk, moved to where its size ends without zeros in front of it.
        to.put(data, to, start + BEFORE_CHUNK, read);
      }
      to.position(data + read).put(CRLF);
    }
    if (read < 0) {
      byte[] last = LastChunk.with(from.trailers());
      // If it does not fit behind the head, an empty buffer comes next, in which it does.
      if (last.length <= to.remaining()) {
        to.put(last);
        ended = true;
      }
    }
  }
}
