package io.phalanx.node.entrypoint;

import io.undertow.connector.PooledByteBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.nio.Turns;

/**
 * The end of a connection of an authority that saw its challenge in the handshake: nothing is said
 * behind it (RFC 8737, section 3). The authority closes, or is closed after some time.
 */
final class ValidationEnd implements ProtocolStart {
  private static final int IGNORED = 1024;

  private final Duration limit;

  ValidationEnd(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void start(StreamConnection connection, PooledByteBuffer first) {
    boolean saysMore = first.getBuffer().hasRemaining();
    first.close();
    if (saysMore) {
      IoUtils.safeClose(connection);
      return;
    }
    Turns.after(connection.getIoThread(), limit, () -> IoUtils.safeClose(connection));
    ConduitStreamSourceChannel source = connection.getSourceChannel();
    ChannelListener<ConduitStreamSourceChannel> ending = _ -> read(connection);
    source.setReadListener(ending);
    source.resumeReads();
  }

  /** Whatever it says ends it. */
  private static void read(StreamConnection connection) {
    try {
      if (connection.getSourceChannel().read(ByteBuffer.allocate(IGNORED)) == 0) {
        return;
      }
    } catch (IOException _) {
      // It is closed anyway.
    }
    IoUtils.safeClose(connection);
  }
}
