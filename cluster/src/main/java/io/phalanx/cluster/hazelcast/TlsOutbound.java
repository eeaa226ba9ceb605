package io.phalanx.cluster.hazelcast;

import static com.hazelcast.internal.nio.IOUtil.compactOrClear;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.OutboundHandler;
import java.nio.ByteBuffer;

/**
 * Encrypts what goes to the other member. Nothing but the handshake goes out before the other side
 * has shown its certificate.
 */
final class TlsOutbound extends OutboundHandler<ByteBuffer, ByteBuffer> {
  private final TlsSession session;

  TlsOutbound(TlsSession session) {
    this.session = session;
  }

  @Override
  public void handlerAdded() {
    initDstBuffer(2 * session.packetSize());
  }

  @Override
  public HandlerStatus onWrite() throws Exception {
    compactOrClear(dst);
    try {
      if (!session.sendHandshake(dst)) {
        return HandlerStatus.DIRTY;
      }
      if (!session.isEstablished()) {
        return HandlerStatus.BLOCKED;
      }
      while (src.hasRemaining()) {
        if (!session.wrap(src, dst)) {
          return HandlerStatus.DIRTY;
        }
      }
      return HandlerStatus.CLEAN;
    } finally {
      dst.flip();
    }
  }
}
