package io.phalanx.node.http2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way out. They are collected in buffers, so that many go out in one write. Bodies
 * are taken only as long as nothing is stuck and one buffer has room; heads and control frames
 * always, so who reads what makes them has to stop when there are {@linkplain #isOverfull too
 * many}.
 */
final class Output {
  /** Bytes that wait, beyond which nothing more is read from the peer. */
  private static final int OVERFULL = 64 << 10;

  /** A body is not cut into smaller pieces than this for the end of a buffer. */
  private static final int LEAST_PIECE = 256;

  private final Transport transport;
  private final Runnable wanted;
  private final ArrayDeque<ByteBuffer> full = new ArrayDeque<>(2);
  private @Nullable ByteBuffer open;
  private int fullBytes;
  private boolean stuck;
  private long flushes;
  private long sent;

  /**
   * @param wanted called whenever there is something to send
   */
  Output(Transport transport, Runnable wanted) {
    this.transport = transport;
    this.wanted = wanted;
  }

  boolean isEmpty() {
    ByteBuffer collecting = open;
    return fullBytes == 0 && (collecting == null || collecting.position() == 0);
  }

  boolean isOverfull() {
    ByteBuffer collecting = open;
    return fullBytes + (collecting == null ? 0 : collecting.position()) > OVERFULL;
  }

  /** Whether a piece of a body would be taken. */
  boolean hasRoom() {
    return room() > 0;
  }

  private int room() {
    if (stuck || fullBytes > 0) {
      return 0;
    }
    ByteBuffer collecting = open;
    if (collecting == null) {
      return Frames.MAX_PAYLOAD;
    }
    int left = collecting.remaining() - Frames.HEADER;
    return left < LEAST_PIECE ? 0 : left;
  }

  /** A number that changes whenever what was collected begins to go out. */
  long flushes() {
    return flushes;
  }

  /** Bytes that went out so far. */
  long sent() {
    return sent;
  }

  /**
   * Sends what the peer takes.
   *
   * @return whether all is out
   */
  boolean flush() throws IOException {
    flushes++;
    stuck = false;
    for (ByteBuffer first = first(); first != null; first = first()) {
      int before = first.remaining();
      transport.write(first);
      int written = before - first.remaining();
      sent += written;
      fullBytes -= written;
      if (first.hasRemaining()) {
        stuck = true;
        return false;
      }
      transport.give(full.remove());
    }
    return true;
  }

  /** What goes out next. The open buffer only if it is that: while others wait it is filled. */
  private @Nullable ByteBuffer first() {
    if (full.isEmpty()) {
      seal();
    }
    return full.peek();
  }

  private void seal() {
    ByteBuffer collecting = open;
    open = null;
    if (collecting == null) {
      return;
    }
    collecting.flip();
    if (collecting.hasRemaining()) {
      full.add(collecting);
      fullBytes += collecting.remaining();
    } else {
      transport.give(collecting);
    }
  }

  /** Nothing will be sent any more. */
  void abandon() {
    seal();
    fullBytes = 0;
    for (ByteBuffer buffer = full.poll(); buffer != null; buffer = full.poll()) {
      transport.give(buffer);
    }
  }

  private ByteBuffer withRoom(int needed) {
    ByteBuffer collecting = open;
    if (collecting != null && collecting.remaining() >= needed) {
      return collecting;
    }
    seal();
    ByteBuffer next = transport.take();
    open = next;
    return next;
  }

  private ByteBuffer header(int length, int type, int flags, int stream) {
    ByteBuffer to = withRoom(Frames.HEADER + Math.min(length, LEAST_PIECE));
    to.putInt(length << 8 | type).put((byte) flags).putInt(stream);
    wanted.run();
    return to;
  }

  private void put(byte[] bytes, int from, int length) {
    int at = from;
    int left = length;
    while (left > 0) {
      ByteBuffer to = withRoom(1);
      int piece = Math.min(left, to.remaining());
      to.put(bytes, at, piece);
      at += piece;
      left -= piece;
    }
  }

  void preface(byte[] bytes) {
    put(bytes, 0, bytes.length);
    wanted.run();
  }

  /** Pairs of number and value. */
  void settings(int... pairs) {
    ByteBuffer to = header(pairs.length / 2 * 6, Frames.SETTINGS, 0, 0);
    for (int i = 0; i < pairs.length; i += 2) {
      to.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
  }

  void settingsAck() {
    header(0, Frames.SETTINGS, Frames.ACK, 0);
  }

  void ping(long payload, boolean ack) {
    header(Long.BYTES, Frames.PING, ack ? Frames.ACK : 0, 0).putLong(payload);
  }

  void windowUpdate(int stream, int increment) {
    header(Integer.BYTES, Frames.WINDOW_UPDATE, 0, stream).putInt(increment);
  }

  void reset(int stream, ErrorCode code) {
    header(Integer.BYTES, Frames.RST_STREAM, 0, stream).putInt(code.number());
  }

  void goAway(int lastStream, ErrorCode code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    header(2 * Integer.BYTES + text.length, Frames.GOAWAY, 0, 0)
        .putInt(lastStream)
        .putInt(code.number());
    put(text, 0, text.length);
  }

  /**
   * A head or trailers, in as many frames as it takes.
   *
   * @param maxPayload the largest frame that the peer takes
   */
  void block(Http2Stream stream, byte[] block, int length, boolean end, int maxPayload) {
    int first = Math.min(length, maxPayload);
    int flags = (end ? Frames.END_STREAM : 0) | (first == length ? Frames.END_HEADERS : 0);
    ByteBuffer to = header(first, Frames.HEADERS, flags, stream.id());
    stream.lastFrame(to, to.position() - Frames.HEADER + 4, flushes);
    put(block, 0, first);
    for (int at = first; at < length; ) {
      int piece = Math.min(length - at, maxPayload);
      header(
          piece, Frames.CONTINUATION, at + piece == length ? Frames.END_HEADERS : 0, stream.id());
      put(block, at, piece);
      at += piece;
    }
  }

  /**
   * A piece of a body, as large as there is room for.
   *
   * @param most what windows and frame size allow
   * @return the number of bytes taken, 0 if there is no room
   */
  int data(Http2Stream stream, ByteBuffer from, int most) {
    int room = room();
    int piece = Math.min(Math.min(room, most), from.remaining());
    if (piece <= 0) {
      return 0;
    }
    ByteBuffer to = header(piece, Frames.DATA, 0, stream.id());
    stream.lastFrame(to, to.position() - Frames.HEADER + 4, flushes);
    int limit = from.limit();
    to.put(from.limit(from.position() + piece));
    from.limit(limit);
    return piece;
  }

  void emptyData(int stream) {
    header(0, Frames.DATA, Frames.END_STREAM, stream);
  }
}
