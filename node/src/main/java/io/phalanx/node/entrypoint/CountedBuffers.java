package io.phalanx.node.entrypoint;

import io.undertow.connector.ByteBufferPool;
import io.undertow.connector.PooledByteBuffer;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/** A pool that knows how many of its buffers are out. */
final class CountedBuffers implements ByteBufferPool {
  private final ByteBufferPool pool;
  private final LongAdder out = new LongAdder();

  CountedBuffers(ByteBufferPool pool) {
    this.pool = pool;
  }

  long out() {
    return out.sum();
  }

  @Override
  public PooledByteBuffer allocate() {
    PooledByteBuffer buffer = pool.allocate();
    out.increment();
    return new Counted(buffer, out);
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
