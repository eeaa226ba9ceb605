package io.phalanx.node.forwarding;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers of one I/O thread, the last one used first. Those that are not needed now are kept
 * as far as there is memory: to let the garbage collector have them costs it and the next one who
 * needs one a lot.
 */
final class Buffers {
  /** Large, because fewer and larger writes are what makes long bodies cheap. */
  static final int SIZE = 64 * 1024;

  private static final int LEAST_FREE = 16;

  private final int mostFree;
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>(LEAST_FREE);

  /**
   * @param memory bytes that there are for what is on its way; an eighth of them may be in buffers
   *     that are not needed
   */
  Buffers(long memory) {
    mostFree = Math.clamp(memory / 8 / SIZE, LEAST_FREE, Integer.MAX_VALUE);
  }

  /** An empty buffer of {@link #SIZE}. */
  ByteBuffer take() {
    ByteBuffer buffer = free.pollLast();
    return buffer != null ? buffer : ByteBuffer.allocateDirect(SIZE);
  }

  /** Takes a buffer back; one that is not from here is left to the garbage collector. */
  void give(ByteBuffer buffer) {
    if (buffer.isDirect() && free.size() < mostFree) {
      free.addLast(buffer.clear());
    }
  }
}
