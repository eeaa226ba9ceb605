package io.phalanx.it.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/** TLS over TCP. */
final class TlsTransport implements Transport {
  private static final long HANDSHAKE_LIMIT = TimeUnit.SECONDS.toNanos(10);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final PlainTransport plain;
  private final SSLEngine engine;
  private final ByteBuffer encrypted;
  private final ByteBuffer toSend;
  private boolean isReady;

  TlsTransport(SocketChannel channel, SSLEngine engine) {
    this.plain = new PlainTransport(channel);
    this.engine = engine;
    int record = engine.getSession().getPacketBufferSize();
    this.encrypted = ByteBuffer.allocate(4 * record).flip();
    this.toSend = ByteBuffer.allocate(2 * record);
  }

  /** Waits for its end. */
  void handshake() throws IOException {
    long end = System.nanoTime() + HANDSHAKE_LIMIT;
    ByteBuffer none = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    engine.beginHandshake();
    while (!isReady) {
      if (System.nanoTime() > end) {
        throw new IOException("no handshake in time");
      }
      if (!receive(none)) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  @Override
  public SocketChannel channel() {
    return plain.channel();
  }

  @Override
  public void send(ByteBuffer bytes) throws IOException {
    do {
      engine.wrap(bytes, toSend.clear());
      plain.send(toSend.flip());
    } while (bytes.hasRemaining());
  }

  @Override
  public boolean flush() throws IOException {
    return plain.flush();
  }

  @Override
  public boolean receive(ByteBuffer into) throws IOException {
    int before = into.position();
    answerHandshake();
    encrypted.compact();
    plain.receive(encrypted);
    encrypted.flip();
    while (encrypted.hasRemaining()) {
      SSLEngineResult result = engine.unwrap(encrypted, into);
      switch (result.getStatus()) {
        case OK -> {
          answerHandshake();
          if (!isReady) {
            isReady = engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
            if (isReady) {
              return false; // What is behind the handshake is for whoever asks next.
            }
          }
        }
        case BUFFER_UNDERFLOW, BUFFER_OVERFLOW -> {
          return into.position() > before;
        }
        case CLOSED -> throw new EOFException("closed by the proxy");
      }
    }
    return into.position() > before;
  }

  /** Does what the handshake, or a message after it, asks of this side. */
  private void answerHandshake() throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          for (Runnable task = engine.getDelegatedTask();
              task != null;
              task = engine.getDelegatedTask()) {
            task.run();
          }
        }
        case NEED_WRAP -> {
          engine.wrap(NOTHING, toSend.clear());
          plain.send(toSend.flip());
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }
}
