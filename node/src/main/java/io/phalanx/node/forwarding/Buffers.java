package io.phalanx.node.forwarding;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** Direct buffers of one I/O thread, the last one used first. */
final class Buffers {
  /** Large, because fewer and larger writes are what makes long bodies cheap. */
  static final int SIZE = 64 * 1024;

  private static final int MAX_FREE = 64;

  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>(MAX_FREE);

  /** Written by this thread alone. */
  private final AtomicInteger out = new AtomicInteger();

  /** An empty buffer of {@link #SIZE}. */
  ByteBuffer take() {
    out.lazySet(out.getPlain() + 1);
    ByteBuffer buffer = free.pollLast();
    return buffer != null ? buffer : ByteBuffer.allocateDirect(SIZE);
  }

  /** Takes a buffer back; one that is not from here is left to the garbage collector. */
  void give(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      return;
    }
    out.lazySet(out.getPlain() - 1);
    if (free.size() < MAX_FREE) {
      free.addLast(buffer.clear());
    }
  }

  /** Buffers that were taken and not given back. From any thread. */
  int out() {
    return out.get();
  }
}
