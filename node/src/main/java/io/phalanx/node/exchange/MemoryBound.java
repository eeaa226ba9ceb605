package io.phalanx.node.exchange;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Bounds what all connections or requests of a node hold together of one kind, such as heads, or
 * bodies that are kept: each alone may be as large as is allowed for one, and nothing else bounds
 * how many of them there are. Of each the first bytes may be free, so that what is usual is taken
 * whatever others send. Safe for all threads.
 */
public final class MemoryBound {
  /** What is held of one kind may take one part in so many of the heap. */
  private static final int PART_OF_HEAP = 8;

  private final long limit;
  private final Runnable whenRefused;
  private final AtomicLong held = new AtomicLong();
  private final LongAdder refused = new LongAdder();

  /**
   * @param limit bytes, 0 if nothing is to be held
   * @param whenRefused called each time that something finds no room, by whoever asks for it
   */
  public MemoryBound(long limit, Runnable whenRefused) {
    if (limit < 0) {
      throw new IllegalArgumentException("the limit is negative: " + limit);
    }
    this.limit = limit;
    this.whenRefused = whenRefused;
  }

  /** Bounded by an eighth of the largest heap that this process may have. */
  public static MemoryBound ofHeap(Runnable whenRefused) {
    return new MemoryBound(Runtime.getRuntime().maxMemory() / PART_OF_HEAP, whenRefused);
  }

  /**
   * What one connection or request has of it.
   *
   * @param free bytes that are not counted
   */
  public Share share(int free) {
    return new Share(this, free);
  }

  /** What has no bound, for one connection. */
  public static Share unbounded() {
    return new MemoryBound(Long.MAX_VALUE, () -> {}).share(0);
  }

  /** What takes nothing, for one connection. */
  public static Share nothing() {
    return new MemoryBound(0, () -> {}).share(0);
  }

  /** Bytes that are held now, beside the free ones. */
  public long held() {
    return held.get();
  }

  /** How often something found no room. */
  public long refused() {
    return refused.sum();
  }

  private boolean reserve(long more) {
    if (held.addAndGet(more) <= limit) {
      return true;
    }
    held.addAndGet(-more);
    refused.increment();
    whenRefused.run();
    return false;
  }

  /** What one of them holds. It may be closed by another thread than the one that uses it. */
  public static final class Share {
    private final MemoryBound memory;
    private final int free;
    private long bytes;
    private boolean closed;

    private Share(MemoryBound memory, int free) {
      this.memory = memory;
      this.free = free;
    }

    /** Takes {@code more} bytes, if there is room for them. */
    public synchronized boolean take(long more) {
      long counted = counted(bytes + more) - counted(bytes);
      if (counted > 0 && !closed && !memory.reserve(counted)) {
        return false;
      }
      bytes += more;
      return true;
    }

    /** Gives bytes back that were taken. */
    public synchronized void give(long less) {
      long counted = counted(bytes) - counted(bytes - less);
      bytes -= less;
      if (counted > 0 && !closed) {
        memory.held.addAndGet(-counted);
      }
    }

    /** Gives all back: its owner is gone, and counts no more. */
    public synchronized void close() {
      if (!closed) {
        memory.held.addAndGet(-counted(bytes));
        closed = true;
      }
    }

    private long counted(long of) {
      return Math.max(0, of - free);
    }
  }
}
