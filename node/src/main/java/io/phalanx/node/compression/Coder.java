package io.phalanx.node.compression;

import java.nio.ByteBuffer;

/**
 * Makes one body smaller. Holds memory outside of the heap until it is closed, and belongs to one
 * thread.
 */
interface Coder extends AutoCloseable {
  /** Takes all of {@code from}; what comes of it may come later. */
  void code(ByteBuffer from, Coded to);

  /** Brings out all that was taken, so that a receiver can read it. */
  void flush(Coded to);

  /** Ends the body. */
  void finish(Coded to);

  @Override
  void close();
}
