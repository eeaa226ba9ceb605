package io.phalanx.node.entrypoint;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * A pool that knows how many of its buffers are out, and has some in reserve for when there is no
 * memory for more: to answer those who ask then.
 */
final class CountedBuffers implements ByteBufferPool {
  /** To ask for memory that is not there stops a thread for half a second. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final ByteBufferPool pool;
  private final LongAdder out = new LongAdder();
  private final Queue<ByteBuffer> reserve = new ConcurrentLinkedQueue<>();
  private final AtomicLong shortSince;

  /**
   * @param reserved buffers in reserve
   */
  CountedBuffers(ByteBufferPool pool, int reserved) {
    this.pool = pool;
    this.shortSince = new AtomicLong(System.nanoTime() - PAUSE_NANOS);
    for (int i = 0; i < reserved; i++) {
      reserve.add(ByteBuffer.allocateDirect(pool.getBufferSize()));
    }
  }

  long out() {
    return out.sum();
  }

  /**
   * @throws OutOfMemoryError if there is no memory beside the heap, and nothing in reserve
   */
  @Override
  public PooledByteBuffer allocate() {
    PooledByteBuffer buffer = pooled();
    out.increment();
    return new Counted(buffer, out);
  }

  private PooledByteBuffer pooled() {
    if (System.nanoTime() - shortSince.get() < PAUSE_NANOS) {
      ByteBuffer spare = reserve.poll();
      return spare == null ? pool.allocate() : new Spare(spare.clear(), reserve);
    }
    try {
      return pool.allocate();
    } catch (OutOfMemoryError e) {
      shortSince.set(System.nanoTime());
      ByteBuffer spare = reserve.poll();
      if (spare == null) {
        throw e;
      }
      return new Spare(spare.clear(), reserve);
    }
  }

  /** One of the reserve. */
  private static final class Spare implements PooledByteBuffer {
    private final ByteBuffer buffer;
    private final Queue<ByteBuffer> reserve;
    private boolean open = true;

    Spare(ByteBuffer buffer, Queue<ByteBuffer> reserve) {
      this.buffer = buffer;
      this.reserve = reserve;
    }

    @Override
    public ByteBuffer getBuffer() {
      return buffer;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        reserve.add(buffer);
      }
    }
  }

  /** One buffer; closed more than once, as Undertow does, it comes back once. */
  private static final class Counted implements PooledByteBuffer {
    private final PooledByteBuffer buffer;
    private final LongAdder out;

    Counted(PooledByteBuffer buffer, LongAdder out) {
      this.buffer = buffer;
      this.out = out;
    }

    @Override
    public ByteBuffer getBuffer() {
      return buffer.getBuffer();
    }

    @Override
    public boolean isOpen() {
      return buffer.isOpen();
    }

    @Override
    public void close() {
      if (buffer.isOpen()) {
        out.decrement();
        buffer.close();
      }
    }
  }

  @Override
  public ByteBufferPool getArrayBackedPool() {
    return pool.getArrayBackedPool();
  }

  @Override
  public int getBufferSize() {
    return pool.getBufferSize();
  }

  @Override
  public boolean isDirect() {
    return pool.isDirect();
  }

  @Override
  public void close() {
    pool.close();
  }
}
