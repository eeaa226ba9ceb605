package io.phalanx.node.http2;

import java.nio.ByteBuffer;

/** Bytes of a body that came and were not read yet; as many as the window let come. */
final class ReceiveQueue {
  private static final byte[] NOTHING = {};
  private static final int LEAST = 1024;

  private byte[] bytes = NOTHING;
  private int start;
  private int end;

  int size() {
    return end - start;
  }

  void add(ByteBuffer from) {
    int more = from.remaining();
    if (bytes.length - end < more) {
      int held = size();
      byte[] to = bytes.length - held >= more && start >= held ? bytes : larger(held + more);
      System.arraycopy(bytes, start, to, 0, held);
      bytes = to;
      start = 0;
      end = held;
    }
    from.get(bytes, end, more);
    end += more;
  }

  private byte[] larger(int needed) {
    return new byte[Math.max(LEAST, Math.max(needed, Math.min(2 * bytes.length, needed + 65536)))];
  }

  int read(ByteBuffer into) {
    int count = Math.min(size(), into.remaining());
    into.put(bytes, start, count);
    start += count;
    if (start == end) {
      clear();
    }
    return count;
  }

  void clear() {
    bytes = NOTHING;
    start = 0;
    end = 0;
  }
}
