package io.phalanx.node.http2;

import io.phalanx.node.exchange.MemoryBound;
import java.util.Arrays;

/** A head that came in several frames, until it is whole. */
final class HeaderBlock {
  private static final byte[] NOTHING = {};

  private final MemoryBound.Share memory;
  private final int maxBytes;
  private final int maxFrames;
  private byte[] bytes = NOTHING;
  private int length;
  private int frames;
  private int stream;
  private boolean endStream;

  /**
   * @param maxBytes of the block as it comes; one within the limit of its fields cannot be larger
   * @param memory what the connection may hold
   */
  HeaderBlock(int maxBytes, MemoryBound.Share memory) {
    this.memory = memory;
    this.maxBytes = maxBytes + 1024;
    this.maxFrames = 16 + maxBytes / 4096;
  }

  /** The stream whose head is not whole, 0 if there is none. */
  int stream() {
    return stream;
  }

  boolean endsStream() {
    return endStream;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void begin(int id, boolean end) {
    stream = id;
    endStream = end;
    length = 0;
    frames = 0;
  }

  void add(byte[] from, int at, int count) throws ConnectionException {
    if (++frames > maxFrames || count > maxBytes - length) {
      throw ConnectionException.flood("frames of one head, or bytes in it");
    }
    if (bytes.length - length < count) {
      int size = Math.max(2 * bytes.length, length + count);
      if (!memory.take((long) size - bytes.length)) {
        throw ConnectionException.flood("heads that are not whole, of all connections");
      }
      bytes = Arrays.copyOf(bytes, size);
    }
    System.arraycopy(from, at, bytes, length, count);
    length += count;
  }

  void end() {
    stream = 0;
    memory.give(bytes.length);
    bytes = NOTHING;
    length = 0;
  }
}
