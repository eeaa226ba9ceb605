package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.MemoryBound;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent before anybody wants it: the next request, or a body whose server is not
 * reached yet. Nobody knows for how long, so it lies in an array of its own length, which counts
 * with the heads of requests, and not in a buffer.
 */
final class EarlyBytes implements PooledByteBuffer {
  /** As much as is kept. */
  static final int MOST = 16 << 10;

  /**
   * From here on the rest is left to the socket, so that of many requests that come at once not
   * each makes room for the bytes of one more.
   */
  static final int ENOUGH = MOST / 2;

  /** Of each connection, uncounted; less than what the connection itself takes. */
  private static final int FREE = 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final MemoryBound.Share memory;
  private volatile ByteBuffer bytes;
  private volatile boolean open = true;

  private EarlyBytes(MemoryBound.Share memory, ByteBuffer bytes) {
    this.memory = memory;
    this.bytes = bytes;
  }

  /** What came of a look at the socket. */
  enum Look {
    /** The client may send more. */
    GOES_ON,
    /** There is enough. */
    FULL,
    /** The client ended what it sends. */
    ENDED,
    /** The connection is lost. */
    LOST,
    /** All clients together sent too much ahead. */
    NO_ROOM
  }

  /** Takes over what was read too far. */
  static Look keep(HttpServerConnection http) {
    @Nullable PooledByteBuffer extra = http.getExtraBytes();
    if (extra == null) {
      return Look.GOES_ON;
    }
    if (!(extra instanceof EarlyBytes) && !replace(http, extra, NOTHING)) {
      return Look.NO_ROOM;
    }
    return look(http);
  }

  /** Reads what is there, behind what is kept already. */
  static Look read(HttpServerConnection http) {
    @Nullable PooledByteBuffer extra = http.getExtraBytes();
    int there = length(extra);
    if (there >= ENOUGH) {
      return Look.FULL;
    }
    try (PooledByteBuffer buffer = http.getByteBufferPool().allocate()) {
      ByteBuffer into = buffer.getBuffer();
      into.limit(Math.min(into.capacity(), MOST - there));
      int read = readSocket(http, extra, into);
      if (read <= 0) {
        return read == 0 ? Look.GOES_ON : Look.ENDED;
      }
      return replace(http, extra, into.flip()) ? look(http) : Look.NO_ROOM;
    } catch (IOException _) {
      return Look.LOST;
    } catch (OutOfMemoryError _) {
      return Look.NO_ROOM;
    }
  }

  /** What was read too far before would come first. */
  private static int readSocket(
      HttpServerConnection http, @Nullable PooledByteBuffer extra, ByteBuffer into)
      throws IOException {
    http.setExtraBytes(null);
    try {
      return http.getOriginalSourceConduit().read(into);
    } finally {
      http.setExtraBytes(extra);
    }
  }

  private static Look look(HttpServerConnection http) {
    return length(http.getExtraBytes()) < ENOUGH ? Look.GOES_ON : Look.FULL;
  }

  private static int length(@Nullable PooledByteBuffer extra) {
    return extra == null ? 0 : extra.getBuffer().remaining();
  }

  private static boolean replace(
      HttpServerConnection http, @Nullable PooledByteBuffer extra, ByteBuffer more) {
    int length = length(extra) + more.remaining();
    MemoryBound.Share memory = http.getUndertowOptions().get(HeadParser.MEMORY).share(FREE);
    if (!memory.take(length)) {
      return false;
    }
    ByteBuffer kept = ByteBuffer.allocate(length);
    if (extra != null) {
      kept.put(extra.getBuffer());
      extra.close();
    }
    http.setExtraBytes(new EarlyBytes(memory, kept.put(more).flip()));
    return true;
  }

  /** Whether nobody has taken anything of it. */
  boolean isWhole() {
    return bytes.hasRemaining() && bytes.position() == 0;
  }

  @Override
  public ByteBuffer getBuffer() {
    return bytes;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  /** Perhaps more than once, and from any thread. */
  @Override
  public void close() {
    open = false;
    bytes = NOTHING;
    memory.close();
  }
}
