package io.phalanx.node.forwarding;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

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

  /** Written by this thread alone. */
  private final AtomicInteger out = new AtomicInteger();

  /**
   * An empty buffer of {@link #SIZE}.
   *
   * @throws OutOfMemoryError if there is no memory beside the heap for it
   */
  ByteBuffer take() {
    ByteBuffer kept = free.pollLast();
    ByteBuffer buffer = kept != null ? kept : ByteBuffer.allocateDirect(SIZE);
    out.lazySet(out.getPlain() + 1);
    return buffer;
  }

  /** The same for what must be said; in the heap if there is no other memory. */
  ByteBuffer takeAnyhow() {
    try {
      return take();
    } catch (OutOfMemoryError _) {
      return ByteBuffer.allocate(SIZE);
    }
  }

  /** Takes a buffer back; one that is not from here is left to the garbage collector. */
  void give(ByteBuffer buffer) {
    if (!buffer.isDirect()) {
      return;
    }
    out.lazySet(out.getPlain() - 1);
    if (free.size() < mostFree) {
      free.addLast(buffer.clear());
    }
  }

  /** Buffers that were taken and not given back. From any thread. */
  int out() {
    return out.get();
  }
}
