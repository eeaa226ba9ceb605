package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure.NodeFault;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.http2.Workspace;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.xnio.IoFuture;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.XnioIoThread;

/**
 * What one I/O thread has for itself: its connections, by server, and what they work with. Only
 * that thread comes here, but for {@link #retain}.
 */
final class ForwardingThread {
  /** How late a time-out may be noticed. */
  private static final long TICK_MILLIS = 100;

  private final XnioIoThread ioThread;
  private final LongSupplier nanoTime;
  private final Resolver resolver;
  private final int mostConnections;
  private final Buffers buffers;
  private final StalledBodies stalled;
  private final ByteBuffer input = ByteBuffer.allocateDirect(Buffers.SIZE);
  private final byte[] scratch = new byte[Buffers.SIZE];
  private final ResponseHeadParser parser = new ResponseHeadParser(new HeaderNames());
  private final RequestHeadWriter writer = new RequestHeadWriter();
  private final Workspace http2Workspace = new Workspace();
  private final Http2RequestHead http2Head = new Http2RequestHead();
  private final Pools pools;
  private final TcpLines tcpLines = new TcpLines(this);
  private final Set<Timed> watched = new HashSet<>();
  private boolean ticking;

  /**
   * @param resources that all threads have together
   */
  ForwardingThread(
      XnioIoThread ioThread, LongSupplier nanoTime, Resolver resolver, Resources resources) {
    this.ioThread = ioThread;
    this.nanoTime = nanoTime;
    this.resolver = resolver;
    int threads = ioThread.getWorker().getIoThreadCount();
    this.pools = new Pools(this, threads);
    Resources own = resources.share(threads);
    this.mostConnections = own.connections();
    this.buffers = new Buffers(own.memory());
    this.stalled = new StalledBodies(this::executeIn, nanoTime, own.memory());
  }

  /** That one server may have of those that serve one request at a time. */
  int mostConnections() {
    return mostConnections;
  }

  void forward(Exchange exchange, Forwarder.Target target) {
    PoolKey key = PoolKey.of(target);
    ServerPool pool;
    try {
      pool = pools.pool(key, exchange);
    } catch (IllegalArgumentException e) {
      exchange.fail(new NodeFault("requests cannot be sent to " + target.url(), e));
      return;
    }
    pool.send(new Call(exchange, target, pool.server()));
  }

  /** Drains all pools but these. From any thread. */
  void retain(Set<PoolKey> kept) {
    execute(() -> pools.retain(kept));
  }

  Pools pools() {
    return pools;
  }

  TcpLines tcpLines() {
    return tcpLines;
  }

  void execute(Runnable task) {
    ioThread.execute(task);
  }

  private void executeIn(Runnable task, long nanos) {
    if (nanos <= 0) {
      execute(task);
    } else {
      var _ = ioThread.executeAfter(task, nanos, TimeUnit.NANOSECONDS);
    }
  }

  IoFuture<StreamConnection> open(InetSocketAddress to, OptionMap options) {
    return ioThread.openStreamConnection(to, null, options);
  }

  /** Has {@code timed} checked from now on. */
  void watch(Timed timed) {
    watched.add(timed);
    if (!ticking) {
      ticking = true;
      scheduleTick();
    }
  }

  void unwatch(Timed timed) {
    watched.remove(timed);
  }

  private void scheduleTick() {
    try {
      var _ = ioThread.executeAfter(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException _) {
      // The thread ends, and the connections that it watches with it.
    }
  }

  private void tick() {
    long now = now();
    try {
      List.copyOf(watched).forEach(timed -> timed.check(now));
    } finally {
      ticking = !watched.isEmpty();
      if (ticking) {
        scheduleTick();
      }
    }
  }

  /** Nanoseconds, as {@link System#nanoTime}. */
  long now() {
    return nanoTime.getAsLong();
  }

  Resolver resolver() {
    return resolver;
  }

  Buffers buffers() {
    return buffers;
  }

  /** What is held because nobody takes it. */
  StalledBodies stalled() {
    return stalled;
  }

  /** Room for what one connection reads at once, and takes at once. */
  ByteBuffer input() {
    return input.clear();
  }

  /** Room for one head while it is parsed. */
  byte[] scratch() {
    return scratch;
  }

  ResponseHeadParser parser() {
    return parser;
  }

  /** What the HTTP/2 connections of this thread share. */
  Workspace http2Workspace() {
    return http2Workspace;
  }

  Http2RequestHead http2Head() {
    return http2Head;
  }

  RequestHeadWriter writer() {
    return writer;
  }
}
