package io.phalanx.node.entrypoint;

import io.phalanx.node.http2.Workspace;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.xnio.XnioIoThread;

/** What the HTTP/2 connections of one I/O thread share: buffers, tables, and one clock. */
final class Http2Thread {
  private static final ThreadLocal<Http2Thread> OF_THREAD =
      ThreadLocal.withInitial(Http2Thread::new);
  private static final LongAdder BUFFERS_OUT = new LongAdder();
  private static final int OUTPUT_SIZE = 32 << 10;
  private static final int INPUT_SIZE = 32 << 10;
  private static final int MOST_FREE = 32;

  private final Workspace workspace = new Workspace();
  private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_SIZE);
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>(MOST_FREE);
  private final Set<Http2Client> clients = new HashSet<>();
  private boolean ticking;

  static Http2Thread current() {
    return OF_THREAD.get();
  }

  /** Buffers of all threads that were taken and not given back. */
  static long buffersOut() {
    return BUFFERS_OUT.sum();
  }

  Workspace workspace() {
    return workspace;
  }

  /** Room for what one connection reads at once. */
  ByteBuffer input() {
    return input.clear();
  }

  ByteBuffer take() {
    BUFFERS_OUT.increment();
    ByteBuffer buffer = free.pollLast();
    return buffer != null ? buffer : ByteBuffer.allocateDirect(OUTPUT_SIZE);
  }

  void give(ByteBuffer buffer) {
    BUFFERS_OUT.decrement();
    if (free.size() < MOST_FREE) {
      free.addLast(buffer.clear());
    }
  }

  /** Has {@code client} {@linkplain Http2Client#check checked} each second. */
  void watch(Http2Client client, XnioIoThread ioThread) {
    clients.add(client);
    if (!ticking) {
      ticking = true;
      schedule(ioThread);
    }
  }

  void unwatch(Http2Client client) {
    clients.remove(client);
  }

  private void schedule(XnioIoThread ioThread) {
    var _ = ioThread.executeAfter(() -> tick(ioThread), 1, TimeUnit.SECONDS);
  }

  private void tick(XnioIoThread ioThread) {
    long now = System.nanoTime();
    try {
      List.copyOf(clients).forEach(client -> client.check(now));
    } finally {
      ticking = !clients.isEmpty();
      if (ticking) {
        schedule(ioThread);
      }
    }
  }
}
