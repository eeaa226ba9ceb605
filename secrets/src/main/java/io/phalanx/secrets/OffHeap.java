package io.phalanx.secrets;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Secret bytes outside of the heap, so that no dump of it shows them. A core dump does, as it shows
 * all that a process can read. Thread-safe.
 */
public final class OffHeap {
  private final MemorySegment bytes;

  private OffHeap(MemorySegment bytes) {
    this.bytes = bytes;
  }

  /**
   * @param secret is wiped
   */
  public static OffHeap taken(byte[] secret) {
    MemorySegment bytes = Arena.ofAuto().allocate(secret.length);
    MemorySegment.copy(secret, 0, bytes, JAVA_BYTE, 0, secret.length);
    Arrays.fill(secret, (byte) 0);
    return new OffHeap(bytes);
  }

  /** Collects bytes without having them in the heap together. Used by one thread. */
  public static final class Collector extends OutputStream {
    private static final long SMALLEST = 1 << 13;

    private final Arena arena = Arena.ofConfined();
    private final List<MemorySegment> parts = new ArrayList<>();
    private MemorySegment last = MemorySegment.NULL;
    private long atLast;
    private long before;

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      int done = 0;
      while (done < length) {
        if (atLast == last.byteSize()) {
          before += atLast;
          last = arena.allocate(Math.max(SMALLEST, before));
          parts.add(last);
          atLast = 0;
        }
        int some = (int) Math.min(length - done, last.byteSize() - atLast);
        MemorySegment.copy(bytes, from + done, last, JAVA_BYTE, atLast, some);
        atLast += some;
        done += some;
      }
    }

    /** All that was written; nothing can be written any more. */
    public OffHeap collected() {
      MemorySegment all = Arena.ofAuto().allocate(before + atLast);
      long to = 0;
      for (MemorySegment part : parts) {
        long length = Math.min(part.byteSize(), all.byteSize() - to);
        MemorySegment.copy(part, 0, all, to, length);
        to += length;
      }
      close();
      return new OffHeap(all);
    }

    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        parts.forEach(part -> part.fill((byte) 0));
        arena.close();
      }
    }
  }

  /** How many bytes. */
  public long length() {
    return bytes.byteSize();
  }

  /** Puts the bytes into a digest, a few at a time. */
  public void into(MessageDigest digest) {
    digest.update(bytes.asByteBuffer());
  }

  /** The bytes one after another. Whoever reads them has them in the heap. */
  public InputStream stream() {
    return new Reading(bytes);
  }

  private static final class Reading extends InputStream {
    private final MemorySegment bytes;
    private long at;

    Reading(MemorySegment bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return at == bytes.byteSize() ? -1 : bytes.get(JAVA_BYTE, at++) & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      int some = (int) Math.min(length, bytes.byteSize() - at);
      if (some == 0 && length > 0) {
        return -1;
      }
      MemorySegment.copy(bytes, JAVA_BYTE, at, into, from, some);
      at += some;
      return some;
    }
  }

  /** What is done with the bytes while they are in the heap. */
  @FunctionalInterface
  public interface Use<T, X extends Exception> {
    T of(byte[] secret) throws X;
  }

  /** Lends a copy, which is wiped afterwards. */
  public <T, X extends Exception> T lend(Use<T, X> use) throws X {
    byte[] copy = bytes.toArray(JAVA_BYTE);
    try {
      return use.of(copy);
    } finally {
      Arrays.fill(copy, (byte) 0);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || (other instanceof OffHeap that && bytes.mismatch(that.bytes) < 0);
  }

  @Override
  public int hashCode() {
    return lend(Arrays::hashCode);
  }

  @Override
  public String toString() {
    return "********";
  }
}
