package io.phalanx.node.forwarding;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The one buffer that the way of a body holds at most. A call that reads into it or writes from it
 * may be the end of the exchange, which lets go of the buffer, and then it serves somebody else: so
 * behind each such call one asks whether it {@linkplain #isStill is still} here.
 */
final class HeldBuffer {
  private final Buffers buffers;
  private @Nullable ByteBuffer held;

  HeldBuffer(Buffers buffers) {
    this.buffers = buffers;
  }

  /** Holds an empty buffer from here on, in the place of any other. */
  ByteBuffer take() {
    ByteBuffer taken = buffers.take();
    held = taken;
    return taken;
  }

  /** Holds this one from here on, in the place of any other. */
  void hold(ByteBuffer buffer) {
    held = buffer;
  }

  @Nullable ByteBuffer get() {
    return held;
  }

  boolean isEmpty() {
    return held == null;
  }

  @SuppressWarnings("ReferenceEquality") // Buffers are told apart by their identity.
  boolean isStill(ByteBuffer buffer) {
    return held == buffer;
  }

  /** Gives it back, if there is one. */
  void release() {
    ByteBuffer last = held;
    held = null;
    if (last != null) {
      buffers.give(last);
    }
  }
}
