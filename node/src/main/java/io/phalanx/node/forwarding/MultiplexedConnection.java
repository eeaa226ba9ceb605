package io.phalanx.node.forwarding;

import io.phalanx.node.http2.ConnectionListener;
import io.phalanx.node.http2.ErrorCode;
import io.phalanx.node.http2.Fields;
import io.phalanx.node.http2.Http2Connection;
import io.phalanx.node.http2.Http2Options;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/**
 * One HTTP/2 connection to a server, with the exchanges that use it now. It is read at all times
 * but while it does not take what is to be sent. A client that does not read holds up its own
 * stream only: the window of the connection is that of all its streams together.
 */
final class MultiplexedConnection implements Transport, ConnectionListener, Timed {
  private static final Logger LOG = LoggerFactory.getLogger(MultiplexedConnection.class);

  /** Streams that are opened at one time, if the server does not take fewer. */
  static final int MAX_STREAMS = 100;

  /** What is held for a client that does not read. */
  static final int STREAM_WINDOW = 128 << 10;

  private static final Http2Options OPTIONS =
      new Http2Options(
          0,
          STREAM_WINDOW,
          MAX_STREAMS * STREAM_WINDOW,
          ResponseHeadReader.MAX_HEAD_BYTES,
          ResponseHeadParser.MAX_LINES,
          4096,
          4096,
          false,
          Duration.ofSeconds(60),
          1000,
          10_000);
  private static final int MAX_ROUNDS = 4;
  private static final long LAST_WORDS_NANOS = Duration.ofSeconds(5).toNanos();

  private final ForwardingThread thread;
  private final ServerPool pool;
  private final StreamConnection socket;
  private final ConduitStreamSourceChannel source;
  private final ConduitStreamSinkChannel sink;
  private final Http2Connection engine;
  private final Liveness liveness;
  private final Set<UpstreamStream> streams = new LinkedHashSet<>();
  private final List<StreamRelay> toFlush = new ArrayList<>();
  private final List<UpstreamStream> lost = new ArrayList<>();
  private final long openedAt;
  private int limit = MAX_STREAMS;
  private long idleSince;
  private long shutSince;
  private long leavingSince;
  private boolean answered;
  private boolean ended;
  private boolean leaving;
  private boolean closed;

  MultiplexedConnection(ForwardingThread thread, ServerPool pool, StreamConnection socket) {
    this.thread = thread;
    this.pool = pool;
    this.socket = socket;
    this.source = socket.getSourceChannel();
    this.sink = socket.getSinkChannel();
    this.openedAt = thread.now();
    this.idleSince = openedAt;
    this.shutSince = openedAt;
    this.engine = Http2Connection.client(OPTIONS, this, this, thread.http2Workspace(), openedAt);
    this.liveness = new Liveness(engine, pool.transport(), openedAt);
  }

  void start() {
    thread.watch(this);
    source.setReadListener(_ -> readReady());
    sink.setWriteListener(_ -> flush());
    source.resumeReads();
    flushSoon();
  }

  ForwardingThread thread() {
    return thread;
  }

  ServerPool pool() {
    return pool;
  }

  Http2Connection engine() {
    return engine;
  }

  // Exchanges.

  /** Whether {@link #send} may be called. */
  boolean hasRoom() {
    int most = engine.isIntroduced() ? limit : Math.min(limit, pool.streamsAtFirst());
    return streams.size() < most && engine.canOpen() && !isOld();
  }

  /** Whether the server takes no stream though there is none, or did not say yet that it does. */
  boolean isShut() {
    return streams.isEmpty() && !hasRoom() && !engine.isGoingAway() && !isOld();
  }

  void send(Call call) {
    var stream = new UpstreamStream(this, call);
    streams.add(stream);
    stream.start();
  }

  /** Whether the server has answered on this connection, so that it was once a good one. */
  boolean hasAnswered() {
    return answered;
  }

  void answerCame() {
    answered = true;
  }

  /** The server takes no more streams than there are, whatever it says. */
  void refused() {
    limit = Math.min(limit, Math.max(1, streams.size()));
  }

  void over(UpstreamStream stream) {
    if (streams.remove(stream)) {
      if (streams.isEmpty()) {
        idleSince = thread.now();
        shutSince = idleSince;
        retireIfLeft();
      }
      pool.serveWaiting();
    }
  }

  /** Has {@code relay} push out what it wrote to its client, when what came was looked at. */
  void flushAfterReading(StreamRelay relay) {
    toFlush.add(relay);
  }

  /** Will be told why the connection ended. */
  void lostWithConnection(UpstreamStream stream) {
    lost.add(stream);
  }

  // The socket.

  private void readReady() {
    boolean more = true;
    for (int round = 0; round < MAX_ROUNDS && more && engine.wantsInput(); round++) {
      more = read() == Buffers.SIZE;
    }
    passOn();
  }

  /** What is there, at most {@link Buffers#SIZE}. Returns how many bytes that was. */
  private int read() {
    ByteBuffer in = thread.input();
    int read;
    try {
      read = source.read(in);
    } catch (IOException e) {
      engine.lost("the server's connection broke: " + e.getMessage());
      return 0;
    }
    if (read > 0) {
      liveness.heard(thread.now());
      received(in.flip());
    } else if (read < 0) {
      engine.lost("the server closed the connection");
    }
    return Math.max(0, read);
  }

  /** What a server said before it left is there, also when it takes nothing any more. */
  private void readLast(String cause) {
    int left = MAX_STREAMS * STREAM_WINDOW;
    for (int read = read(); read > 0 && left > 0; read = read()) {
      left -= read;
    }
    engine.lost("nothing can be sent any more: " + cause);
    passOn();
  }

  private void received(ByteBuffer in) {
    try {
      engine.receive(in);
    } catch (OutOfMemoryError e) {
      noMemory(e);
    } catch (RuntimeException | Error e) {
      LOG.error("an HTTP/2 connection to {} failed here", pool.server().text(), e);
      engine.fail(ErrorCode.INTERNAL_ERROR, "this node failed");
    }
  }

  private void passOn() {
    for (int i = 0; i < toFlush.size(); i++) {
      toFlush.get(i).flushClient();
    }
    toFlush.clear();
    flush();
  }

  private void flush() {
    if (closed) {
      return;
    }
    boolean out = false;
    try {
      out = engine.flush();
    } catch (OutOfMemoryError e) {
      noMemory(e);
    }
    if (closed) {
      return;
    }
    if (!out) {
      sink.resumeWrites();
    } else if (sink.isWriteResumed()) {
      sink.suspendWrites();
    }
    if (!engine.wantsInput()) {
      source.suspendReads();
    } else if (!source.isReadResumed()) {
      source.resumeReads();
    }
  }

  private void noMemory(OutOfMemoryError e) {
    engine.lost("no memory is left: " + e.getMessage());
  }

  @Override
  public void write(ByteBuffer from) {
    try {
      while (from.hasRemaining() && sink.write(from) > 0) {
        // As much as the socket takes.
      }
    } catch (IOException e) {
      from.position(from.limit());
      soon(() -> readLast(String.valueOf(e.getMessage())));
    }
  }

  @Override
  public void flushSoon() {
    soon(this::flush);
  }

  /** Not from within the engine. */
  private void soon(Runnable step) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException _) {
      // The node stops: whoever is left to be told is told now, or never.
    }
  }

  @Override
  public void finished() {
    close();
  }

  @Override
  public ByteBuffer take() {
    return thread.buffers().takeAnyhow();
  }

  @Override
  public void give(ByteBuffer buffer) {
    thread.buffers().give(buffer);
  }

  // The connection as a whole.

  @Override
  public void opened(Http2Stream stream, Fields head) {
    throw new IllegalStateException("servers open no streams");
  }

  @Override
  public void settingsChanged() {
    limit = Math.min(MAX_STREAMS, engine.maxOwnStreams());
    pool.learnedStreams(limit);
    soon(pool::serveWaiting);
  }

  @Override
  public void goingAway(ErrorCode code) {
    if (code == ErrorCode.HTTP_1_1_REQUIRED) {
      pool.requireHttp1();
    }
    forget();
    retireIfLeft();
  }

  private void forget() {
    if (pool.forget(this)) {
      soon(pool::tryAgain);
    }
  }

  /** A server that wants to part may wait for this side to close. */
  private void retireIfLeft() {
    if (streams.isEmpty() && engine.isGoingAway()) {
      soon(this::retire);
    }
  }

  @Override
  public void ended(ErrorCode code, String reason) {
    ended = true;
    leave();
    forget();
    List<UpstreamStream> all = List.copyOf(lost);
    lost.clear();
    all.forEach(stream -> stream.connectionEnded(code, reason));
  }

  /** Takes no more requests, and closes after those that it has. */
  void retire() {
    forget();
    engine.drain(thread.now());
    if (streams.isEmpty()) {
      leave();
    }
    flush();
  }

  /** There is nothing to be done but to say the last words. */
  private void leave() {
    if (!leaving) {
      leaving = true;
      leavingSince = thread.now();
    }
  }

  private boolean isOld() {
    long most = pool.transport().maxAge();
    return most > 0 && thread.now() - openedAt >= most;
  }

  @Override
  public void check(long now) {
    if (leaving && now - leavingSince >= LAST_WORDS_NANOS) {
      engine.lost("the server does not take the end");
      close();
    }
    if (ended) {
      return;
    }
    engine.check(now);
    List.copyOf(streams).forEach(stream -> stream.check(now));
    long idleLimit = pool.transport().idleTimeout();
    boolean idle = streams.isEmpty() && idleLimit > 0 && now - idleSince >= idleLimit;
    if (idle || isOld() || pool.isOver() || isGivenUp(now)) {
      retire();
    }
    if (!ended) {
      liveness.check(now);
    }
    flush();
  }

  private boolean isGivenUp(long now) {
    if (isShut()) {
      return pool.givesUp(now - shutSince);
    }
    shutSince = now;
    return false;
  }

  private void close() {
    if (!closed) {
      closed = true;
      thread.unwatch(this);
      IoUtils.safeClose(socket);
    }
  }
}
