package io.phalanx.node.compression;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes on their way from a coder to a client. */
final class Coded {
  private static final int FIRST_SIZE = 4 << 10;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int end;
  private ByteBuffer unread = ByteBuffer.wrap(bytes, 0, 0);

  /** A buffer with at least so much room; what is put there counts after {@link #added}. */
  ByteBuffer room(int size) {
    if (!unread.hasRemaining()) {
      end = 0;
    }
    if (bytes.length - end < size) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + size));
    }
    return ByteBuffer.wrap(bytes, end, bytes.length - end);
  }

  /** What was put into {@code room} is there. */
  void added(ByteBuffer room) {
    int start = unread.hasRemaining() ? unread.position() : 0;
    end = room.position();
    unread = ByteBuffer.wrap(bytes, start, end - start);
  }

  /** What nobody has taken yet. */
  ByteBuffer unread() {
    return unread;
  }
}
