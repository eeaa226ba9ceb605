package io.phalanx.node.tls;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * Conscrypt's engine with the contract of {@link SSLEngine}. By itself (2.9.0) it encrypts data,
 * finds that what it had to say before, such as session tickets, leaves no room for them, and
 * answers that there is an overflow, which is to mean that nothing was taken. So it is given no
 * more than leaves room for both. It calls itself closed in each direction when it is closed in
 * one: what still comes behind its own end is read here. The other way round is not to be had: when
 * the client's end has come, it has nothing more to say. And what it has outside of the heap, two
 * file descriptors among it, is freed when it is closed: by itself it waits until its last words
 * are asked for, which nobody does of a connection that is gone, or until it is collected.
 */
final class NativeEngine extends SSLEngine {
  /**
   * For what comes in front of data and what encryption adds: two tickets of TLS 1.3, which have no
   * certificates of clients in them, and an answer to a change of keys, of which there is one at a
   * time, take some 600 bytes. With it a whole record fits into the buffers that connections have.
   */
  static final int ROOM_FOR_ITS_OWN = 1024;

  /** A flight of a handshake, and an alert. */
  private static final int MOST_LAST_WORDS = 36 << 10;

  private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

  private final SSLEngine engine;
  private @Nullable ByteBuffer lastWords;

  NativeEngine(SSLEngine engine) {
    super(engine.getPeerHost(), engine.getPeerPort());
    this.engine = engine;
  }

  void offer(List<String> groups, boolean resumable) {
    Conscrypt.setUseSessionTickets(engine, resumable);
    var parameters = engine.getSSLParameters();
    parameters.setNamedGroups(groups.toArray(String[]::new));
    engine.setSSLParameters(parameters);
  }

  /** The one that was agreed on, in Conscrypt's names. */
  String group() {
    return Conscrypt.getGroupName(engine);
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer to)
      throws SSLException {
    ByteBuffer words = lastWords;
    if (words != null) {
      return wrapLast(words, to);
    }
    int most = to.remaining() - ROOM_FOR_ITS_OWN;
    int last = offset;
    int left = most;
    while (last < offset + length && from[last].remaining() <= left) {
      left -= from[last].remaining();
      last++;
    }
    if (last == offset + length) {
      return wrapAll(from, offset, length, to);
    }
    if (most <= 0) {
      return new SSLEngineResult(Status.BUFFER_OVERFLOW, engine.getHandshakeStatus(), 0, 0);
    }
    return wrapPart(from, offset, last, left, to);
  }

  private SSLEngineResult wrapAll(ByteBuffer[] from, int offset, int length, ByteBuffer to)
      throws SSLException {
    NativeScratch.lend(engine);
    try {
      return engine.wrap(from, offset, length, to);
    } finally {
      NativeScratch.takeBack(engine);
    }
  }

  /** Those before {@code last}, and {@code more} bytes of that one. */
  private SSLEngineResult wrapPart(ByteBuffer[] from, int offset, int last, int more, ByteBuffer to)
      throws SSLException {
    ByteBuffer[] part = new ByteBuffer[last - offset + 1];
    System.arraycopy(from, offset, part, 0, last - offset);
    ByteBuffer cut = from[last].slice(from[last].position(), more);
    part[last - offset] = cut;
    SSLEngineResult result = wrapAll(part, 0, part.length, to);
    from[last].position(from[last].position() + cut.position());
    return result;
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] to, int offset, int length)
      throws SSLException {
    SSLEngineResult result;
    NativeScratch.lend(engine);
    try {
      result = engine.unwrap(from, to, offset, length);
    } catch (SSLException e) {
      takeLastWords();
      throw e;
    } finally {
      NativeScratch.takeBack(engine);
    }
    if (result.getStatus() != Status.CLOSED) {
      return result;
    }
    if (!engine.isInboundDone()) {
      return new SSLEngineResult(
          Status.OK, result.getHandshakeStatus(), result.bytesConsumed(), result.bytesProduced());
    }
    takeLastWords();
    return result;
  }

  @Override
  public void closeInbound() throws SSLException {
    engine.closeInbound();
  }

  @Override
  public void closeOutbound() {
    engine.closeOutbound();
    takeLastWords();
  }

  /** Then the engine frees what it has, if nothing comes any more either. */
  private void takeLastWords() {
    if (lastWords == null) {
      lastWords = lastWords(ByteBuffer.allocate(ROOM_FOR_ITS_OWN));
    }
  }

  private ByteBuffer lastWords(ByteBuffer to) {
    try {
      if (wrapAll(NOTHING, 0, NOTHING.length, to).getStatus() == Status.BUFFER_OVERFLOW
          && to.capacity() < MOST_LAST_WORDS) {
        return lastWords(ByteBuffer.allocate(MOST_LAST_WORDS));
      }
    } catch (SSLException _) {
      // Then there are none.
    }
    return to.flip();
  }

  private SSLEngineResult wrapLast(ByteBuffer words, ByteBuffer to) {
    boolean fits = words.remaining() <= to.remaining();
    int count = fits ? words.remaining() : 0;
    to.put(words.slice(words.position(), count));
    words.position(words.position() + count);
    return new SSLEngineResult(
        fits ? Status.CLOSED : Status.BUFFER_OVERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, count);
  }

  @Override
  public boolean isInboundDone() {
    return engine.isInboundDone();
  }

  @Override
  public boolean isOutboundDone() {
    ByteBuffer words = lastWords;
    return words == null ? engine.isOutboundDone() : !words.hasRemaining();
  }

  @Override
  public void beginHandshake() throws SSLException {
    engine.beginHandshake();
  }

  @Override
  public HandshakeStatus getHandshakeStatus() {
    return engine.getHandshakeStatus();
  }

  @Override
  public @Nullable Runnable getDelegatedTask() {
    return engine.getDelegatedTask();
  }

  @Override
  public SSLSession getSession() {
    return engine.getSession();
  }

  @Override
  public @Nullable SSLSession getHandshakeSession() {
    return engine.getHandshakeSession();
  }

  @Override
  public @Nullable String getApplicationProtocol() {
    return engine.getApplicationProtocol();
  }

  @Override
  public @Nullable String getHandshakeApplicationProtocol() {
    return engine.getHandshakeApplicationProtocol();
  }

  @Override
  public void setHandshakeApplicationProtocolSelector(
      BiFunction<SSLEngine, List<String>, String> selector) {
    engine.setHandshakeApplicationProtocolSelector((_, offered) -> selector.apply(this, offered));
  }

  @Override
  public SSLParameters getSSLParameters() {
    return engine.getSSLParameters();
  }

  @Override
  public void setSSLParameters(SSLParameters parameters) {
    engine.setSSLParameters(parameters);
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return engine.getSupportedCipherSuites();
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return engine.getEnabledCipherSuites();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    engine.setEnabledCipherSuites(suites);
  }

  @Override
  public String[] getSupportedProtocols() {
    return engine.getSupportedProtocols();
  }

  @Override
  public String[] getEnabledProtocols() {
    return engine.getEnabledProtocols();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    engine.setEnabledProtocols(protocols);
  }

  @Override
  public void setUseClientMode(boolean mode) {
    engine.setUseClientMode(mode);
  }

  @Override
  public boolean getUseClientMode() {
    return engine.getUseClientMode();
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    engine.setNeedClientAuth(need);
  }

  @Override
  public boolean getNeedClientAuth() {
    return engine.getNeedClientAuth();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    engine.setWantClientAuth(want);
  }

  @Override
  public boolean getWantClientAuth() {
    return engine.getWantClientAuth();
  }

  @Override
  public void setEnableSessionCreation(boolean enabled) {
    engine.setEnableSessionCreation(enabled);
  }

  @Override
  public boolean getEnableSessionCreation() {
    return engine.getEnableSessionCreation();
  }
}
