package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.exchange.Tunnel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xnio.StreamConnection;

/** A connection, with TLS or without, as raw bytes both ways. Used on its I/O thread. */
public final class SocketTunnel {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private SocketTunnel() {}

  /** Nothing of the connection was read before. */
  static Tunnel of(StreamConnection connection) {
    return of(connection, NOTHING, () -> {});
  }

  /**
   * @param first what was read of the connection already
   * @param whenTaken called once when nothing is left of that
   */
  public static Tunnel of(StreamConnection connection, ByteBuffer first, Runnable whenTaken) {
    return new Tunnel(new Source(connection, first, whenTaken), new Sink(connection));
  }

  private static final class Source implements BodySource {
    private final StreamConnection connection;
    private final Runnable whenTaken;
    private ByteBuffer first;
    private boolean ended;
    private @Nullable Runnable waiting;

    Source(StreamConnection connection, ByteBuffer first, Runnable whenTaken) {
      this.connection = connection;
      this.first = first;
      this.whenTaken = whenTaken;
      connection.getSourceChannel().suspendReads();
      connection.getSourceChannel().setReadListener(_ -> ready());
    }

    @Override
    public long length() {
      return -1;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      if (first.hasRemaining()) {
        return readFirst(into);
      }
      int read = ended ? -1 : connection.getSourceChannel().read(into);
      ended |= read < 0;
      return read;
    }

    private int readFirst(ByteBuffer into) {
      int count = Math.min(first.remaining(), into.remaining());
      into.put(into.position(), first, first.position(), count).position(into.position() + count);
      first.position(first.position() + count);
      if (!first.hasRemaining()) {
        first = NOTHING;
        whenTaken.run();
      }
      return count;
    }

    @Override
    public Trailers trailers() {
      return Trailers.NONE;
    }

    @Override
    public void whenReadable(Runnable whenReady) {
      waiting = whenReady;
      if (ended || first.hasRemaining()) {
        connection.getIoThread().execute(this::ready);
      } else {
        connection.getSourceChannel().resumeReads();
      }
    }

    private void ready() {
      Runnable next = waiting;
      waiting = null;
      if (next != null) {
        next.run();
      }
      if (waiting == null) {
        connection.getSourceChannel().suspendReads();
      }
    }

    @Override
    public void stopWaiting() {
      waiting = null;
      connection.getSourceChannel().suspendReads();
    }
  }

  private static final class Sink implements BodySink {
    private final StreamConnection connection;
    private boolean ended;
    private @Nullable Runnable waiting;

    Sink(StreamConnection connection) {
      this.connection = connection;
      connection.getSinkChannel().suspendWrites();
      connection.getSinkChannel().setWriteListener(_ -> ready());
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return connection.getSinkChannel().write(from);
    }

    @Override
    public void trailers(Trailers trailers) {
      // There is no place for them.
    }

    @Override
    public boolean finish() throws IOException {
      if (!ended) {
        ended = true;
        connection.getSinkChannel().shutdownWrites();
      }
      return connection.getSinkChannel().flush();
    }

    @Override
    public boolean flush() throws IOException {
      return connection.getSinkChannel().flush();
    }

    @Override
    public void whenWritable(Runnable whenReady) {
      waiting = whenReady;
      connection.getSinkChannel().resumeWrites();
    }

    private void ready() {
      Runnable next = waiting;
      waiting = null;
      if (next != null) {
        next.run();
      }
      if (waiting == null) {
        connection.getSinkChannel().suspendWrites();
      }
    }
  }
}
