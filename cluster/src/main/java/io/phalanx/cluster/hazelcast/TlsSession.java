package io.phalanx.cluster.hazelcast;

import java.io.EOFException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * The TLS state of one connection between members, which the reading and the writing side share.
 * Whoever comes first moves the handshake on; what it has to send waits here for the writing side.
 * Guarded by its own monitor, since the two sides may run on two threads.
 */
final class TlsSession {
  private final SSLEngine engine;
  private final Runnable whenEstablished;

  /**
   * Empty until there is something to send: most of who knocks at an open port never gets there.
   */
  private ByteBuffer handshakeOut = ByteBuffer.allocate(0);

  private boolean begun;
  private boolean established;

  /** An engine that has failed is not handshaking either, once its alert is out. */
  private boolean failed;

  /**
   * @param whenEstablished run once, when the other side has proved itself; must not wait
   */
  TlsSession(SSLEngine engine, Runnable whenEstablished) {
    this.engine = engine;
    this.whenEstablished = whenEstablished;
  }

  int packetSize() {
    return engine.getSession().getPacketBufferSize();
  }

  int applicationSize() {
    return engine.getSession().getApplicationBufferSize();
  }

  /** What one step of reading came to. */
  enum Step {
    /** Something was consumed: go on. */
    PROGRESS,
    /** The buffer for decrypted data is too small. */
    FULL,
    /** More bytes of the other side are needed. */
    STARVED
  }

  /** Decrypts one record, moving the handshake on. */
  synchronized Step unwrap(ByteBuffer from, ByteBuffer to) throws SSLException, EOFException {
    begin();
    SSLEngineResult result;
    try {
      result = engine.unwrap(from, to);
      advance();
    } catch (SSLException e) {
      failed = true;
      throw e;
    }
    return switch (result.getStatus()) {
      case BUFFER_OVERFLOW -> Step.FULL;
      case BUFFER_UNDERFLOW -> Step.STARVED;
      case CLOSED -> throw new EOFException("the other member ended its TLS session");
      case OK ->
          result.bytesConsumed() > 0 || result.bytesProduced() > 0 ? Step.PROGRESS : Step.STARVED;
    };
  }

  /**
   * Encrypts one record. Returns whether there was room for it.
   *
   * @throws EOFException if the session has ended: nothing is taken any more
   */
  synchronized boolean wrap(ByteBuffer from, ByteBuffer to) throws SSLException, EOFException {
    return switch (engine.wrap(from, to).getStatus()) {
      case OK -> true;
      case BUFFER_OVERFLOW -> false;
      case BUFFER_UNDERFLOW, CLOSED -> throw new EOFException("the TLS session has ended");
    };
  }

  /**
   * Moves what the handshake has to send to {@code to}, as far as there is room. Returns whether
   * all is out.
   */
  synchronized boolean sendHandshake(ByteBuffer to) throws SSLException {
    begin();
    advance();
    int count = Math.min(to.remaining(), handshakeOut.remaining());
    to.put(handshakeOut.slice(handshakeOut.position(), count));
    handshakeOut.position(handshakeOut.position() + count);
    return !handshakeOut.hasRemaining();
  }

  synchronized boolean hasHandshakeToSend() {
    return handshakeOut.hasRemaining();
  }

  /** Whether the other side has proved itself. */
  synchronized boolean isProved() {
    return established;
  }

  /** Whether data may be sent. */
  synchronized boolean isEstablished() {
    return begun && !failed && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private void begin() throws SSLException {
    if (!begun) {
      begun = true;
      engine.beginHandshake();
    }
  }

  private void advance() throws SSLException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> {
          Runnable task = engine.getDelegatedTask();
          while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
          }
        }
        case NEED_WRAP -> wrapHandshake();
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          return;
        }
        case FINISHED, NOT_HANDSHAKING -> {
          if (!established && !failed) {
            established = true;
            whenEstablished.run();
          }
          return;
        }
      }
    }
  }

  private void wrapHandshake() throws SSLException {
    handshakeOut.compact();
    try {
      SSLEngineResult result = engine.wrap(ByteBuffer.allocate(0), handshakeOut);
      if (result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW) {
        int size = Math.max(packetSize(), 2 * handshakeOut.capacity());
        handshakeOut = ByteBuffer.allocate(size).put(handshakeOut.flip());
      }
    } finally {
      handshakeOut.flip();
    }
  }
}
