package io.phalanx.node.http2;

import io.phalanx.node.exchange.MemoryBound;

/**
 * Flow control of a connection as a whole (RFC 9113, section 5.2), both ways. What a slow reader
 * leaves lying counts against its stream, and against the connection only where there is no memory
 * for it: streams that stall do not keep the others from going on. All of it has its bound in
 * memory, too, because nothing bounds the number of connections.
 */
final class ConnectionWindow {
  private final ReceiveWindow receive;
  private int send = Frames.FIRST_WINDOW;
  private final MemoryBound.Share memory;
  private final MemoryBound.Share beyond;
  private final HeldBodies held;

  /** Bytes that are held and were acknowledged nevertheless. */
  private int early;

  /** Bytes that are held on the window. */
  private int late;

  /**
   * @param held what lies on all windows of the thread
   */
  ConnectionWindow(Http2Options options, Transport transport, Output output, HeldBodies held) {
    this.receive = new ReceiveWindow(0, options.connectionWindow(), Frames.FIRST_WINDOW, output);
    this.memory = transport.bodyMemory();
    this.beyond = transport.windowMemory();
    this.held = held;
  }

  /** Tells the peer how large the window is. */
  void open() {
    receive.open();
  }

  /** Bytes of bodies that the peer takes now. */
  int sendable() {
    return send;
  }

  void sent(int bytes) {
    send -= bytes;
  }

  /** The peer takes more. */
  void grow(int by) throws ConnectionException {
    long window = (long) send + by;
    if (window > Integer.MAX_VALUE) {
      throw new ConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
    }
    send = (int) window;
  }

  /** Bytes come. */
  void received(int bytes) throws ConnectionException {
    if (!receive.take(bytes)) {
      throw new ConnectionException(
          ErrorCode.FLOW_CONTROL_ERROR, "more bytes than the connection's window");
    }
  }

  /**
   * Bytes of {@code stream} came that nobody reads now; whether there is room for them. Where there
   * is none streams that lie for longer go first, and it may be one of them.
   */
  boolean hold(Http2Stream stream, int bytes) {
    while (!take(bytes)) {
      if (!held.giveUpOne() || stream.isOver()) {
        return false;
      }
    }
    held.add(stream);
    return true;
  }

  private boolean take(int bytes) {
    if (memory.take(bytes)) {
      early += bytes;
      acknowledge(bytes);
      return true;
    }
    if (beyond.take(bytes)) {
      late += bytes;
      return true;
    }
    return false;
  }

  /**
   * Bytes that were held were read, or are of no interest any more.
   *
   * @param isLeft whether others of the stream are held still
   */
  void release(Http2Stream stream, int bytes, boolean isLeft) {
    held.read(stream, isLeft);
    int known = Math.min(early, bytes);
    early -= known;
    memory.give(known);
    int onWindow = bytes - known;
    int counted = Math.min(late, onWindow);
    late -= counted;
    beyond.give(counted);
    acknowledge(onWindow);
  }

  /** Bytes were read, or are of no interest; the peer is told when that is worth a frame. */
  void acknowledge(int bytes) {
    receive.acknowledge(bytes);
  }
}
