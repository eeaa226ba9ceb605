package io.phalanx.secrets;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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
    return other instanceof OffHeap that && bytes.mismatch(that.bytes) < 0;
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
