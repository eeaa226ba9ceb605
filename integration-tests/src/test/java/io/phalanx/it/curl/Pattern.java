package io.phalanx.it.curl;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Bodies of any size that are on no disk: 64 bit numbers that count up, so that a piece that is
 * lost, doubled or in the wrong place changes the digest.
 */
final class Pattern {
  private static final int BLOCK = 1 << 16;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Pattern() {}

  /** How many bytes came, and their CRC-32C. */
  record Digest(long bytes, long checksum) {
    @Override
    public String toString() {
      return bytes + " bytes " + Long.toHexString(checksum);
    }
  }

  /** Writes that many bytes; the stream stays open. */
  static Digest write(OutputStream out, long bytes) throws IOException {
    var checksum = new CRC32C();
    byte[] block = new byte[BLOCK];
    long number = 0;
    long left = bytes;
    while (left > 0) {
      for (int i = 0; i < BLOCK; i += Long.BYTES) {
        LONGS.set(block, i, number++);
      }
      int length = (int) Math.min(BLOCK, left);
      checksum.update(block, 0, length);
      out.write(block, 0, length);
      left -= length;
    }
    return new Digest(bytes, checksum.getValue());
  }

  /** Reads to the end. */
  static Digest read(InputStream in) throws IOException {
    var checksum = new CRC32C();
    byte[] block = new byte[BLOCK];
    long bytes = 0;
    int length;
    while ((length = in.read(block)) >= 0) {
      checksum.update(block, 0, length);
      bytes += length;
    }
    return new Digest(bytes, checksum.getValue());
  }
}
