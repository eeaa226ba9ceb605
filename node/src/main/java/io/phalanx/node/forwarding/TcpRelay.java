package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.tcp.TcpClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * A client and a server that are connected: moves bytes both ways until both have ended. Each way
 * holds one buffer at most, and none while nothing is on its way; what its receiver does not take
 * holds its sender back. Used on the client's I/O thread.
 */
final class TcpRelay {
  private static final Logger LOG = LoggerFactory.getLogger(TcpRelay.class);

  /** Then others have their turn. */
  private static final int BUFFERS_AT_ONCE = 8;

  private final ForwardingThread thread;
  private final TcpClient client;
  private final StreamConnection server;
  private final Duration termination;
  private final Way up;
  private final Way down;
  private long moved;
  private boolean over;

  /**
   * @param termination as in {@link TcpOptions}
   */
  TcpRelay(
      ForwardingThread thread, TcpClient client, StreamConnection server, Duration termination) {
    this.thread = thread;
    this.client = client;
    this.server = server;
    this.termination = termination;
    Tunnel near = client.tunnel();
    Tunnel far = SocketTunnel.of(server);
    this.up = new Way(near.source(), far.sink());
    this.down = new Way(far.source(), near.sink());
  }

  void start() {
    client.whenClosed(this::close);
    server.setCloseListener(_ -> closeLater());
    down.move();
    if (!over) {
      up.move();
    }
  }

  private void closeLater() {
    try {
      thread.execute(this::close);
    } catch (RejectedExecutionException _) {
      // The node has stopped, and every connection with it.
    }
  }

  private void close() {
    if (!over) {
      over = true;
      up.release();
      down.release();
      IoUtils.safeClose(server);
      client.close();
    }
  }

  private void broken(IOException e) {
    LOG.debug("TCP connection from {} ended: {}", client.peer().text(), e.getMessage());
    close();
  }

  /** One half has ended, and its receiver knows. */
  private void ended() {
    if (up.ended && down.ended) {
      close();
    } else if (!termination.isNegative()) {
      try {
        watch(moved);
      } catch (RejectedExecutionException _) {
        close();
      }
    }
  }

  /** The other half may go on as long as it says something. */
  private void watch(long before) {
    var _ =
        client
            .ioThread()
            .after(
                termination,
                () -> {
                  if (over) {
                    return;
                  }
                  if (moved == before) {
                    close();
                  } else {
                    watch(moved);
                  }
                });
  }

  /** One direction. */
  private final class Way implements StalledBodies.Holder {
    private final BodySource from;
    private final BodySink to;
    private final HeldBuffer held = new HeldBuffer(thread.buffers());
    private boolean unflushed;
    private boolean finishing;
    private boolean ended;

    Way(BodySource from, BodySink to) {
      this.from = from;
      this.to = to;
    }

    /** Moves what can be moved, and comes back when there is more to do. */
    void move() {
      if (over) {
        return;
      }
      try {
        boolean goesOn = pushed();
        for (int i = 0; goesOn && i < BUFFERS_AT_ONCE; i++) {
          goesOn = !finished() && filled() && pushed();
        }
        if (goesOn) {
          // Nothing is held now: what comes next wakes it.
          from.whenReadable(this::move);
        }
      } catch (IOException e) {
        broken(e);
      } catch (OutOfMemoryError _) {
        broken(new IOException("there is no memory for it"));
      }
    }

    /** Whether the receiver has all that was read. */
    private boolean pushed() throws IOException {
      ByteBuffer buffer = held.get();
      if (buffer != null) {
        int before = buffer.remaining();
        while (buffer.hasRemaining() && to.write(buffer) > 0) {
          // As much as it takes.
        }
        moved += before - buffer.remaining();
        if (buffer.hasRemaining()) {
          thread.stalled().add(this, Buffers.SIZE);
          to.whenWritable(this::move);
          return false;
        }
        release();
        unflushed = true;
      }
      if (unflushed && !to.flush()) {
        to.whenWritable(this::move);
        return false;
      }
      unflushed = false;
      return true;
    }

    /** Whether the end has come, which is told to the receiver then. */
    private boolean finished() throws IOException {
      if (!finishing) {
        return false;
      }
      if (!ended) {
        if (to.finish()) {
          ended = true;
          TcpRelay.this.ended();
        } else {
          to.whenWritable(this::move);
        }
      }
      return true;
    }

    /** Whether there is something new, be it the end. */
    private boolean filled() throws IOException {
      ByteBuffer buffer = held.take();
      int read = from.read(buffer);
      if (read > 0) {
        buffer.flip();
        return true;
      }
      held.release();
      if (read < 0) {
        finishing = true;
        return true;
      }
      from.whenReadable(this::move);
      return false;
    }

    void release() {
      thread.stalled().remove(this);
      held.release();
    }

    @Override
    public void giveUp() {
      broken(new IOException(StalledBodies.REASON));
    }
  }
}
