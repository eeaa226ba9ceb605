package io.phalanx.node.forwarding;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * The records of one TLS connection: what is read and written comes out and goes in here. Holds at
 * most three buffers, and none while nothing is on its way.
 *
 * <p>An end without close_notify is an error, because the rest may have been cut off by anyone (RFC
 * 8446, section 6.1).
 */
final class TlsRecords {
  /** Where a handshake has to stop. */
  enum Step {
    READ,
    WRITE,
    TASK,
    DONE
  }

  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
  private static final int MAX_LAST_WORDS = 4;

  private final SSLEngine engine;
  private final ConduitStreamSourceChannel source;
  private final ConduitStreamSinkChannel sink;
  private final Buffers buffers;
  private final int recordSize;

  /** What came and is not decrypted yet, ready to be read. */
  private @Nullable ByteBuffer in;

  /** What is encrypted and not sent yet, ready to be added to. */
  private @Nullable ByteBuffer out;

  /** What is decrypted and was not taken yet, ready to be read. */
  private @Nullable ByteBuffer plain;

  private @Nullable IOException failure;
  private boolean starved;
  private boolean ended;
  private boolean endTold;
  private boolean closed;

  TlsRecords(
      SSLEngine engine,
      ConduitStreamSourceChannel source,
      ConduitStreamSinkChannel sink,
      Buffers buffers) {
    this.engine = engine;
    this.source = source;
    this.sink = sink;
    this.buffers = buffers;
    this.recordSize = engine.getSession().getPacketBufferSize();
    if (recordSize > Buffers.SIZE) {
      throw new IllegalStateException("a TLS record does not fit into a buffer");
    }
  }

  SSLEngine engine() {
    return engine;
  }

  /** Goes on with the handshake until it would have to wait. */
  Step handshake() throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          return Step.TASK;
        }
        case NEED_WRAP -> {
          if (engine.isOutboundDone()) {
            throw new EOFException("TLS ended within the handshake");
          }
          if (!wrap(EMPTY)) {
            return Step.WRITE;
          }
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!flush()) {
            return Step.WRITE;
          }
          if (!unwrap(EMPTY)) {
            return Step.READ;
          }
          if (ended) {
            throw new EOFException("the server ended TLS within the handshake");
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return flush() ? Step.DONE : Step.WRITE;
        }
      }
    }
  }

  /** As {@link java.nio.channels.ReadableByteChannel#read}, without waiting. */
  int read(ByteBuffer to) throws IOException {
    int before = to.position();
    IOException known = failure;
    if (known != null && plain == null) {
      throw known;
    }
    try {
      readAll(to, before);
    } catch (IOException e) {
      if (to.position() == before) {
        throw e;
      }
      // What came before it is whole.
      failure = e;
    }
    int read = to.position() - before;
    endTold |= ended && read == 0;
    return read > 0 || !ended ? read : -1;
  }

  private void readAll(ByteBuffer to, int before) throws IOException {
    while (to.hasRemaining()) {
      ByteBuffer held = plain;
      if (held != null) {
        move(held, to);
      } else if (ended || !unwrap(to)) {
        break;
      } else if (plain != null && to.position() > before) {
        // The next record does not fit: it waits until this much was taken.
        break;
      }
    }
  }

  private void move(ByteBuffer held, ByteBuffer to) {
    int count = Math.min(held.remaining(), to.remaining());
    to.put(to.position(), held, held.position(), count).position(to.position() + count);
    held.position(held.position() + count);
    if (!held.hasRemaining()) {
      plain = null;
      buffers.give(held);
    }
  }

  /** Whether {@link #read} has something to say without anything more from the server. */
  boolean holdsInput() {
    return !closed
        && (plain != null || failure != null || (in != null && !starved) || (ended && !endTold));
  }

  /** Whether {@link #flush} has something to do. */
  boolean holdsOutput() {
    return out != null;
  }

  /** Takes one record in. Returns false if there is none now. */
  private boolean unwrap(ByteBuffer to) throws IOException {
    if (closed) {
      throw new EOFException("the connection is closed");
    }
    ByteBuffer from = in;
    if (from == null) {
      return fill();
    }
    SSLEngineResult result = engine.unwrap(from, to);
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
      // Told before it is known whether the record is all there.
      result = unwrapAside(from);
    }
    switch (result.getStatus()) {
      case OK -> {}
      case CLOSED -> ended = true;
      case BUFFER_UNDERFLOW -> {
        return fill();
      }
      case BUFFER_OVERFLOW -> throw new SSLException("a record is longer than it may be");
    }
    if (!from.hasRemaining()) {
      in = null;
      buffers.give(from);
    }
    answer(result.getHandshakeStatus());
    return true;
  }

  private SSLEngineResult unwrapAside(ByteBuffer from) throws SSLException {
    ByteBuffer aside = buffers.take();
    SSLEngineResult result = engine.unwrap(from, aside);
    aside.flip();
    if (aside.hasRemaining()) {
      plain = aside;
    } else {
      buffers.give(aside);
    }
    return result;
  }

  /** What the engine wants after a record outside of a handshake, such as new keys (RFC 8446). */
  private void answer(HandshakeStatus status) throws IOException {
    if (!established()) {
      return;
    }
    if (status == HandshakeStatus.NEED_TASK) {
      throw new SSLException("the server wants to renegotiate, which is refused");
    }
    if (status == HandshakeStatus.NEED_WRAP) {
      wrap(EMPTY);
      flush();
    }
  }

  private boolean established() {
    return engine.getHandshakeSession() == null
        && !engine.getSession().getProtocol().equals("NONE");
  }

  private boolean fill() throws IOException {
    ByteBuffer into = in;
    if (into == null) {
      into = buffers.take();
    } else {
      into.compact();
    }
    int read;
    try {
      read = source.read(into);
    } finally {
      into.flip();
      in = into;
      if (!into.hasRemaining()) {
        in = null;
        buffers.give(into);
      }
    }
    if (read < 0) {
      throw new EOFException("the server closed the connection without ending TLS");
    }
    starved = read == 0;
    return read > 0;
  }

  /** As {@link java.nio.channels.WritableByteChannel#write}, without waiting. */
  int write(ByteBuffer from) throws IOException {
    int before = from.remaining();
    boolean room = true;
    while (room && from.hasRemaining()) {
      room = wrap(from);
    }
    flush();
    return before - from.remaining();
  }

  /** Adds one record to what is to be sent. Returns false if there is no room. */
  private boolean wrap(ByteBuffer from) throws IOException {
    ByteBuffer to = room();
    if (to == null) {
      return false;
    }
    SSLEngineResult result = engine.wrap(from, to);
    if (result.getStatus() == SSLEngineResult.Status.CLOSED && from.hasRemaining()) {
      throw new EOFException("TLS is ended");
    }
    return true;
  }

  private @Nullable ByteBuffer room() throws IOException {
    ByteBuffer to = out;
    if (to != null && to.remaining() < recordSize && !flush() && to.remaining() < recordSize) {
      return null;
    }
    if (out == null) {
      out = buffers.take();
    }
    return out;
  }

  /** Sends what is encrypted. Returns whether all of it is out. */
  boolean flush() throws IOException {
    ByteBuffer pending = out;
    if (pending == null) {
      return true;
    }
    pending.flip();
    try {
      while (pending.hasRemaining() && sink.write(pending) > 0) {
        // As much as the socket takes.
      }
    } finally {
      pending.compact();
    }
    if (pending.position() > 0) {
      return false;
    }
    out = null;
    buffers.give(pending);
    return true;
  }

  /** Says that nothing more will be written (close_notify), or why a handshake was given up. */
  void end() throws IOException {
    engine.closeOutbound();
    for (int i = 0; i < MAX_LAST_WORDS && !engine.isOutboundDone(); i++) {
      if (!wrap(EMPTY)) {
        return;
      }
    }
    flush();
  }

  /** Ends, as far as that is possible at once, and lets go of everything. */
  void close() {
    if (closed) {
      return;
    }
    try {
      end();
    } catch (IOException | OutOfMemoryError _) {
      // Nobody is there to hear it, or nothing to say it with.
    } finally {
      closed = true;
      in = release(in);
      out = release(out);
      plain = release(plain);
    }
  }

  private @Nullable ByteBuffer release(@Nullable ByteBuffer held) {
    if (held != null) {
      buffers.give(held);
    }
    return null;
  }
}
