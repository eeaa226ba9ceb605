package io.phalanx.cluster.hazelcast;

import static com.hazelcast.internal.nio.IOUtil.compactOrClear;

import com.hazelcast.internal.networking.HandlerStatus;
import com.hazelcast.internal.networking.InboundHandler;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Decrypts what comes from the other member. The next handler's buffer may hold as little as three
 * bytes, so there is one of our own.
 */
final class TlsInbound extends InboundHandler<ByteBuffer, ByteBuffer> {
  private final TlsSession session;
  private final Consumer<String> refused;

  /** Empty until the first data, which comes after the handshake. */
  private ByteBuffer decrypted = ByteBuffer.allocate(0);

  /**
   * @param refused told why the other side is no member
   */
  TlsInbound(TlsSession session, Consumer<String> refused) {
    this.session = session;
    this.refused = refused;
  }

  @Override
  public void handlerAdded() {
    initSrcBuffer(2 * session.packetSize());
  }

  @Override
  public HandlerStatus onRead() throws Exception {
    src.flip();
    try {
      boolean moved = passOn();
      while (!decrypted.hasRemaining()) {
        decrypted.clear();
        TlsSession.Step step;
        try {
          step = unwrap();
        } finally {
          decrypted.flip();
        }
        // Handshake bytes to send, or the end of the handshake for which data to send has waited.
        if (session.hasHandshakeToSend() || step == TlsSession.Step.STARVED) {
          channel.outboundPipeline().wakeup();
        }
        switch (step) {
          case STARVED -> {
            return HandlerStatus.CLEAN;
          }
          case FULL -> {
            int size = Math.max(session.applicationSize(), 2 * decrypted.capacity());
            decrypted = ByteBuffer.allocate(size).flip();
          }
          case PROGRESS -> moved |= passOn();
        }
      }
      // The next handler must take what there is before more is decrypted; without a move asking
      // again would not help.
      return moved ? HandlerStatus.DIRTY : HandlerStatus.CLEAN;
    } finally {
      compactOrClear(src);
    }
  }

  /** Strangers are told of here: Hazelcast would add a stack trace for each. */
  private TlsSession.Step unwrap() throws SSLException, EOFException {
    try {
      return session.unwrap(src, decrypted);
    } catch (SSLException e) {
      if (session.isProved()) {
        throw e;
      }
      refused.accept(String.valueOf(e.getMessage()));
      throw new EOFException("the other side is no member");
    }
  }

  private boolean passOn() {
    int count = Math.min(dst.remaining(), decrypted.remaining());
    dst.put(decrypted.slice(decrypted.position(), count));
    decrypted.position(decrypted.position() + count);
    return count > 0;
  }
}
