package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.ClientTls;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.http2.ConnectionListener;
import io.phalanx.node.http2.ErrorCode;
import io.phalanx.node.http2.Fields;
import io.phalanx.node.http2.Http2Connection;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.Idleness;
import io.phalanx.node.http2.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.nio.Turns;

/** One client that speaks HTTP/2: its socket on one side, the engine on the other. */
final class Http2Client implements Transport, ConnectionListener {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Client.class);
  private static final int MAX_READS = 4;
  private static final int MAX_TLS_READS = 16;

  /** For a client that was told the end. */
  private static final long LINGER_MILLIS = 2000;

  /** A connection may hold so much of heads whatever others hold. */
  private static final int FREE_HEAD_BYTES = 16 << 10;

  private final Http2Clients owner;
  private final StreamConnection socket;
  private final Optional<ClientTls> tls;
  private final boolean secure;
  private final XnioIoThread ioThread;
  private final ConduitStreamSourceChannel source;
  private final ConduitStreamSinkChannel sink;
  private final Http2Thread thread = Http2Thread.current();
  private final Peer peer;
  private final ClientSocket connection;
  private final MemoryBound.Share heads;
  private final MemoryBound.Share bodies;
  private final MemoryBound.Share windows;
  private final Http2Connection engine;
  private final Turns turns;
  private final Runnable pump = this::pump;
  private final Runnable readOn = this::readOn;
  private final long openedAt;
  private final Idleness idleness;
  private final ComingRequests coming;
  private boolean readsOn;
  private int unflushedEnds;
  private boolean closed;
  private XnioExecutor.@Nullable Key closing;

  /** Called on the connection's I/O thread. */
  Http2Client(Http2Clients owner, StreamConnection socket, Optional<ClientTls> tls) {
    this.owner = owner;
    this.socket = socket;
    this.tls = tls;
    this.secure = tls.isPresent();
    this.ioThread = socket.getIoThread();
    this.turns = owner.workers().turnsOf(ioThread);
    this.source = socket.getSourceChannel();
    this.sink = socket.getSinkChannel();
    InetSocketAddress address = socket.getPeerAddress(InetSocketAddress.class);
    this.peer = Peer.of(address.getAddress(), address.getPort());
    this.connection = new ClientSocket(socket);
    this.openedAt = System.nanoTime();
    this.heads = owner.workers().headMemory().share(FREE_HEAD_BYTES);
    this.bodies = owner.workers().bodyMemory().share(0);
    this.windows = owner.workers().windowMemory().share(0);
    this.engine = Http2Connection.server(owner.limits(), this, this, thread.workspace(), openedAt);
    this.idleness = new Idleness(engine, openedAt);
    this.coming = new ComingRequests(engine, turns, owner.handler(), pump);
  }

  void start() {
    // Beside the listeners that there are: XNIO calls all of them.
    socket.setCloseListener(_ -> wentAway("the connection was closed"));
    if (!socket.isOpen()) {
      wentAway("the connection was closed");
      return;
    }
    source.setReadListener(_ -> readReady());
    sink.setWriteListener(_ -> pump());
    thread.watch(this, ioThread);
    owner.opened(this);
    source.resumeReads();
    pump();
  }

  private void readReady() {
    int most = secure ? MAX_TLS_READS : MAX_READS;
    try {
      for (int i = 0; i < most && engine.wantsInput(); i++) {
        ByteBuffer in = thread.input();
        int read = source.read(in);
        if (read < 0) {
          wentAway("the client closed the connection");
          return;
        }
        boolean full = !in.hasRemaining();
        received(in.flip());
        if (read == 0 || (!full && !secure)) {
          break;
        }
        if (i == most - 1 && secure && !readsOn) {
          // The rest may be in the TLS engine, of which the socket knows nothing.
          readsOn = true;
          turns.add(readOn);
        }
      }
    } catch (IOException e) {
      wentAway("the connection broke: " + e.getMessage());
      return;
    }
    pump();
  }

  private void readOn() {
    readsOn = false;
    if (!closed && source.isReadResumed()) {
      readReady();
    }
  }

  /**
   * Takes bytes that came. Requests are handled when all of them are known: one that was reset by
   * what came with it costs no server anything.
   */
  void received(ByteBuffer bytes) {
    try {
      engine.receive(bytes);
      coming.handleSome();
    } catch (OutOfMemoryError e) {
      noMemory(e);
    } catch (RuntimeException | Error e) {
      LOG.error("{}: an HTTP/2 connection failed here", owner.options().name(), e);
      engine.fail(ErrorCode.INTERNAL_ERROR, "");
    }
  }

  /** Sends what there is, and reads as long as that does not pile up. */
  private void pump() {
    if (closed) {
      return;
    }
    boolean allOut = flushed();
    if (closed) {
      return;
    }
    if (allOut) {
      endsAreOut();
      if (sink.isWriteResumed()) {
        sink.suspendWrites();
      }
    } else if (!sink.isWriteResumed()) {
      sink.resumeWrites();
    }
    if (!engine.wantsInput()) {
      source.suspendReads();
    } else if (!source.isReadResumed()) {
      source.resumeReads();
    }
  }

  private boolean flushed() {
    try {
      // What is encrypted, and not out yet, is where the engine does not see it.
      return engine.flush() && (!secure || closed || sink.flush());
    } catch (IOException e) {
      wentAway("nothing can be sent any more: " + e.getMessage());
    } catch (OutOfMemoryError e) {
      noMemory(e);
    }
    return false;
  }

  private void noMemory(OutOfMemoryError e) {
    FailureResponder.logNoRoom(peer, "no memory is left: " + e.getMessage());
    wentAway("no memory is left");
  }

  /** An exchange has come to its end; it counts until its last byte is out. */
  void exchangeOver() {
    unflushedEnds++;
    if (engine.isFlushed() && secure && !closed) {
      flushSoon();
    } else if (engine.isFlushed()) {
      endsAreOut();
    }
  }

  private void endsAreOut() {
    for (; unflushedEnds > 0; unflushedEnds--) {
      owner.whenOver().run();
    }
  }

  /** Looks after time limits, each second. */
  void check(long now) {
    EntryPointOptions options = owner.options();
    engine.check(now);
    idleness.check(now);
    if (idleness.isStuckFor(options.idleTimeout())) {
      LOG.debug("{}: {} takes nothing any more", options.name(), peer.text());
      close();
      return;
    }
    Duration maxAge = options.maxConnectionAge();
    boolean old = !maxAge.isZero() && now - openedAt >= maxAge.toNanos();
    if (old || idleness.isUnusedFor(options.idleTimeout())) {
      engine.drain(now);
    }
    pump();
  }

  /** From any thread. */
  void drainSoon() {
    ioThread.execute(
        () -> {
          engine.drain(System.nanoTime());
          pump();
        });
  }

  /** Ends the connection at once. From any thread. */
  void close() {
    IoUtils.safeClose(socket);
  }

  private void wentAway(String reason) {
    if (!closed) {
      closed = true;
      engine.lost(reason);
      List.of(heads, bodies, windows).forEach(MemoryBound.Share::close);
      endsAreOut();
      thread.unwatch(this);
      if (closing != null) {
        closing.remove();
      }
      owner.closed(this);
      IoUtils.safeClose(socket);
    }
  }

  ClientSocket connection() {
    return connection;
  }

  XnioIoThread ioThread() {
    return ioThread;
  }

  /** Whether what is sent piles up. */
  boolean isStuck() {
    return !engine.wantsInput();
  }

  Http2Clients owner() {
    return owner;
  }

  // The engine's transport.

  @Override
  public void write(ByteBuffer from) throws IOException {
    while (from.hasRemaining() && sink.write(from) > 0) {
      // As much as the socket takes.
    }
  }

  @Override
  public void flushSoon() {
    ioThread.execute(pump);
  }

  @Override
  public void finished() {
    if (closed) {
      return;
    }
    try {
      sink.shutdownWrites();
      sink.flush();
    } catch (IOException _) {
      close();
      return;
    }
    // What is still on its way here must be read, or the end of what was sent might get lost.
    closeIn(LINGER_MILLIS);
  }

  /** A timer that nobody needs any more is removed: it would keep all of the connection. */
  private void closeIn(long millis) {
    if (closed) {
      return;
    }
    if (closing != null) {
      closing.remove();
    }
    closing = Turns.after(ioThread, Duration.ofMillis(millis), this::close);
  }

  @Override
  public ByteBuffer take() {
    return thread.take();
  }

  @Override
  public void give(ByteBuffer buffer) {
    thread.give(buffer);
  }

  @Override
  public MemoryBound.Share bodyMemory() {
    return bodies;
  }

  @Override
  public MemoryBound.Share windowMemory() {
    return windows;
  }

  @Override
  public MemoryBound.Share headMemory() {
    return heads;
  }

  // What the engine tells.

  @Override
  public void opened(Http2Stream stream, Fields head) {
    long now = System.nanoTime();
    int most = owner.options().maxRequestsPerConnection();
    if (most > 0 && engine.streamsOfPeer() >= most) {
      engine.drain(now);
    }
    RequestHead request;
    try {
      request = owner.reader().read(head, secure, peer);
    } catch (RefusedException e) {
      LOG.debug("{}: refused {}: {}", owner.options().name(), peer.text(), e.getMessage());
      if (e.isFailure()) {
        Failure failure = e.failure();
        owner.observers().forEach(observer -> observer.refused(owner.options().name(), failure));
      }
      RefusedStream.answer(this, stream, e.answer(), head.method().equals("HEAD"));
      return;
    }
    tls.ifPresent(request::tls);
    owner.whenStarted().run();
    coming.add(new Http2Exchange(this, stream, head, request, now));
  }

  @Override
  public void ended(ErrorCode code, String reason) {
    if (code != ErrorCode.NO_ERROR) {
      LOG.debug("{}: {} is sent away: {}, {}", owner.options().name(), peer.text(), code, reason);
      closeIn(2 * LINGER_MILLIS);
    }
  }
}
