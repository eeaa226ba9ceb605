package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.MemoryBound;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The line of a head that has no end yet, from its start. Answers for the memory of all of the
 * head, too: what was taken of it lives on in its fields.
 */
final class HeldLine {
  private static final byte[] NOTHING = {};
  private static final int WORTH_SHRINKING = 4096;
  private static final ThreadLocal<byte[]> SCRATCH = ThreadLocal.withInitial(() -> new byte[16384]);

  private final MemoryBound.Share memory;
  private byte[] bytes = NOTHING;
  private int length;
  private long charged;

  HeldLine(MemoryBound.Share memory) {
    this.memory = memory;
  }

  /** Bytes that are held. */
  int length() {
    return length;
  }

  /**
   * What is held, and behind it all of {@code in}, whose position stays.
   *
   * @param taken bytes of the head in front of the line
   */
  byte[] gather(ByteBuffer in, int taken) throws RefusedException {
    int fresh = in.remaining();
    byte[] into;
    if (length > 0) {
      if (bytes.length < length + fresh) {
        int size = Math.max(2 * length, length + fresh);
        charge((long) taken + size);
        bytes = Arrays.copyOf(bytes, size);
      }
      into = bytes;
    } else {
      byte[] scratch = SCRATCH.get();
      into = fresh <= scratch.length ? scratch : new byte[fresh];
    }
    in.get(in.position(), into, length, fresh);
    return into;
  }

  /**
   * Keeps what is in {@code gathered} from {@code from} on.
   *
   * @param taken bytes of the head in front of that
   */
  void hold(byte[] gathered, int from, int limit, int taken) throws RefusedException {
    int left = limit - from;
    boolean moved = length > 0 && (from == 0 || bytes.length - left < WORTH_SHRINKING);
    charge((long) taken + (moved ? bytes.length : left));
    if (!moved) {
      bytes = Arrays.copyOfRange(gathered, from, limit);
    } else if (from > 0) {
      System.arraycopy(bytes, from, bytes, 0, left);
    }
    length = left;
  }

  /** The head is whole, and {@code taken} bytes long. */
  void whole(int taken) throws RefusedException {
    bytes = NOTHING;
    length = 0;
    charge(taken);
  }

  private void charge(long now) throws RefusedException {
    if (now <= charged) {
      memory.give(charged - now);
    } else if (!memory.take(now - charged)) {
      throw RefusedException.noRoom();
    }
    charged = now;
  }

  /** Nothing is held, and nothing of a head lives on. */
  void clear() {
    bytes = NOTHING;
    length = 0;
    memory.give(charged);
    charged = 0;
  }

  /** The connection is gone. From any thread. */
  void close() {
    memory.close();
  }
}
