package io.phalanx.node.http2;

import io.phalanx.node.exchange.MemoryBound;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a connection needs of the socket, or whatever it speaks through. */
public interface Transport {
  /**
   * Sends what the other side takes without waiting. What is left stays in {@code from}.
   *
   * @throws IOException if nothing can be sent any more
   */
  void write(ByteBuffer from) throws IOException;

  /**
   * There is something to send: {@link Http2Connection#flush} is to be called soon, in the
   * connection's thread, but not from in here. What is written until then goes with it.
   */
  void flushSoon();

  /** All was said and is out; what comes is not read. */
  void finished();

  /**
   * An empty buffer to collect frames in, of the size that is best written at once; at least 17,000
   * bytes.
   */
  ByteBuffer take();

  /** Takes such a buffer back. */
  void give(ByteBuffer buffer);

  /**
   * What bodies may hold for slow readers without being taken off the connection's window; asked
   * for once.
   */
  default MemoryBound.Share bodyMemory() {
    return MemoryBound.nothing();
  }

  /**
   * What bodies may hold beyond that, on the connection's window; asked for once. Where there is no
   * room the stream whose body has lain for longest is given up. Without a bound where somebody
   * else sees to it.
   */
  default MemoryBound.Share windowMemory() {
    return MemoryBound.unbounded();
  }

  /** What heads may hold; asked for once. Without a bound where the peer is trusted. */
  default MemoryBound.Share headMemory() {
    return MemoryBound.unbounded();
  }
}
