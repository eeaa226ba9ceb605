package io.phalanx.node.entrypoint;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at eight bytes at a time: nearly all of a header value is what it may be. */
final class PlainBytes {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long ONES = 0x0101010101010101L;
  private static final long BLANKS = ' ' * ONES;
  private static final long DELETES = 0x7f * ONES;

  private PlainBytes() {}

  /**
   * A place at or behind {@code from} with no control character (below a blank, or DEL) in front of
   * it: that of the first one, or of the last few bytes, which are not looked at.
   */
  static int skip(byte[] bytes, int from, int limit) {
    int at = from;
    while (limit - at >= Long.BYTES) {
      long found = controls((long) EIGHT.get(bytes, at));
      if (found != 0) {
        return at + Long.numberOfTrailingZeros(found) / Byte.SIZE;
      }
      at += Long.BYTES;
    }
    return at;
  }

  /**
   * The high bit of each control character; above the first one also of others. Bytes of 0x80 and
   * more are none.
   */
  private static long controls(long eight) {
    long deletes = eight ^ DELETES;
    return (((eight - BLANKS) & ~eight) | ((deletes - ONES) & ~deletes)) & HIGH_BITS;
  }
}
