package io.phalanx.node.http2;

/** Flow control of a connection as a whole (RFC 9113, section 5.2), both ways. */
final class ConnectionWindow {
  private final ReceiveWindow receive;
  private int send = Frames.FIRST_WINDOW;

  ConnectionWindow(int size, Output output) {
    this.receive = new ReceiveWindow(0, size, Frames.FIRST_WINDOW, output);
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

  /** Bytes were read, or are of no interest; the peer is told when that is worth a frame. */
  void acknowledge(int bytes) {
    receive.acknowledge(bytes);
  }
}
