package io.phalanx.node.http2;

/** What the peer may still send, on one stream or on all together (RFC 9113, section 5.2). */
final class ReceiveWindow {
  private final int stream;
  private final int size;
  private final Output output;
  private int left;
  private int unacknowledged;

  /**
   * @param stream 0 for all together
   * @param left what the peer takes it for at first
   */
  ReceiveWindow(int stream, int size, int left, Output output) {
    this.stream = stream;
    this.size = size;
    this.left = left;
    this.output = output;
  }

  /** Tells the peer how large it is, if it does not know. */
  void open() {
    if (left < size) {
      output.windowUpdate(stream, size - left);
      left = size;
    }
  }

  /** Bytes come; whether the peer kept to it. */
  boolean take(int bytes) {
    left -= bytes;
    return left >= 0;
  }

  /** Bytes were read, or are of no interest; the peer is told when that is worth a frame. */
  void acknowledge(int bytes) {
    unacknowledged += bytes;
    if (unacknowledged >= size / 2) {
      left += unacknowledged;
      output.windowUpdate(stream, unacknowledged);
      unacknowledged = 0;
    }
  }
}
