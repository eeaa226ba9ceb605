package io.phalanx.node.entrypoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.Conduits;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.nio.Turns;

/**
 * Ends a connection whose client takes nothing of what is sent to it for too long. It sees the
 * bytes as they go to the socket, below TLS and whatever protocol. Used on the connection's I/O
 * thread.
 */
final class WriteDeadline extends AbstractStreamSinkConduit<StreamSinkConduit> {
  private final StreamConnection connection;
  private final long limit;
  private boolean stalled;
  private long since;
  private XnioExecutor.@Nullable Key timer;

  private WriteDeadline(StreamSinkConduit next, StreamConnection connection, Duration limit) {
    super(next);
    this.connection = connection;
    this.limit = limit.toNanos();
  }

  /**
   * @param limit zero for none
   */
  static void guard(StreamConnection connection, Duration limit) {
    if (!limit.isZero()) {
      connection
          .getSinkChannel()
          .setConduit(
              new WriteDeadline(connection.getSinkChannel().getConduit(), connection, limit));
    }
  }

  private void wrote(long bytes, boolean more) {
    if (!more) {
      stalled = false;
    } else if (bytes > 0 || !stalled) {
      stalled = true;
      since = System.nanoTime();
      if (timer == null) {
        watch(limit);
      }
    }
  }

  private void watch(long nanos) {
    try {
      timer = Turns.after(connection.getIoThread(), Duration.ofNanos(nanos), this::look);
    } catch (RejectedExecutionException _) {
      // The node stops, and every connection with it.
    }
  }

  private void look() {
    timer = null;
    if (!stalled || !connection.isOpen()) {
      return;
    }
    long left = since + limit - System.nanoTime();
    if (left > 0) {
      watch(left);
    } else {
      IoUtils.safeClose(connection);
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int written = next.write(source);
    wrote(written, source.hasRemaining());
    return written;
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
    long written = next.write(sources, offset, length);
    boolean more = false;
    for (int i = offset; i < offset + length; i++) {
      more |= sources[i].hasRemaining();
    }
    wrote(written, more);
    return written;
  }

  @Override
  public int writeFinal(ByteBuffer source) throws IOException {
    return Conduits.writeFinalBasic(this, source);
  }

  @Override
  public long writeFinal(ByteBuffer[] sources, int offset, int length) throws IOException {
    return Conduits.writeFinalBasic(this, sources, offset, length);
  }

  @Override
  public long transferFrom(FileChannel source, long position, long count) throws IOException {
    long written = next.transferFrom(source, position, count);
    wrote(written, written < count);
    return written;
  }

  @Override
  public long transferFrom(StreamSourceChannel source, long count, ByteBuffer through)
      throws IOException {
    long written = next.transferFrom(source, count, through);
    wrote(written, through.hasRemaining());
    return written;
  }

  @Override
  public boolean flush() throws IOException {
    boolean flushed = next.flush();
    wrote(0, !flushed);
    return flushed;
  }
}
