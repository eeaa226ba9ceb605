package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.io.EOFException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * The connections of a pool that serve one request at a time; the one used last is used next.
 * Requests that find none free wait for the next one, be it a new one, clients' addresses by turns.
 */
final class ExclusiveConnections implements Timed {
  /**
   * Connections that are made at one time: what a server has not accepted yet waits in its queue.
   */
  static final int MAX_ATTEMPTS = 64;

  /**
   * How long more than may be kept stay, in case they are needed again: what clients ask for comes
   * in bursts, and a burst is not to cost a connection for each of its requests.
   */
  static final Duration SURPLUS_TIME = Duration.ofSeconds(1);

  private final ForwardingThread thread;
  private final ServerPool pool;
  private final int maxIdle;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final FairQueue<Call> queue = new FairQueue<>(Call::client);
  private int attempts;
  private int open;
  private boolean drained;

  /** Whether more are idle than may be kept; how few were since when. */
  private boolean hasSurplus;

  private int fewest;
  private long fewestSince;

  ExclusiveConnections(ForwardingThread thread, ServerPool pool, int maxIdle) {
    this.thread = thread;
    this.pool = pool;
    this.maxIdle = maxIdle;
  }

  /** Whether there was a free connection to send it by. */
  boolean sendIdle(Call call) {
    UpstreamConnection connection = takeIdle();
    if (connection == null) {
      return false;
    }
    connection.send(call, true);
    return true;
  }

  private @Nullable UpstreamConnection takeIdle() {
    UpstreamConnection last = idle.pollLast();
    fewest = Math.min(fewest, idle.size());
    return last;
  }

  /** Whether one more connection may be made. */
  boolean hasRoom() {
    return open + attempts < thread.mostConnections();
  }

  /**
   * Has the call sent over the next connection that is free. Clients that leave before cost the
   * server at most a connection that the next ones use.
   */
  void enqueue(Call call) {
    long now = thread.now();
    if (queue.isEmpty()) {
      thread.watch(this);
    }
    queue.add(call, now);
    call.exchange().trail().sentTo(pool.server().text(), now);
    call.exchange().whenAbandoned(() -> leaveQueue(call));
    if (mayConnect()) {
      connectFor(call);
    }
  }

  private boolean mayConnect() {
    return attempts < Math.min(MAX_ATTEMPTS, queue.size()) && hasRoom();
  }

  private void leaveQueue(Call call) {
    if (queue.remove(call)) {
      call.clientGone(new EOFException("it closed its connection"));
    }
  }

  private void connectForQueue() {
    Call next = queue.peek();
    if (next != null && mayConnect()) {
      connectFor(next);
    }
  }

  /** Makes a connection for whose turn it is then; the call fails if there is none. */
  private void connectFor(Call call) {
    attempts++;
    new ConnectAttempt(
            thread,
            pool,
            ServerPool.ONLY_HTTP1,
            new ConnectAttempt.Outcome() {
              @Override
              public boolean isAwaited() {
                return !queue.isEmpty();
              }

              @Override
              public void connected(StreamConnection connection, String protocol) {
                attempts--;
                Call next = queue.poll();
                if (next == null) {
                  release(opened(connection));
                } else {
                  use(connection, next);
                }
                connectForQueue();
              }

              @Override
              public void failed(Kind kind, String reason) {
                attempts--;
                if (queue.remove(call)) {
                  call.fail(Stage.CONNECTING, kind, reason);
                }
                failLate();
                // Not at once: an attempt may fail before its start returns.
                thread.execute(ExclusiveConnections.this::connectForQueue);
              }
            })
        .start();
  }

  /** Those that were not even tried are not to wait longer than an attempt may take. */
  private void failLate() {
    String reason =
        hasRoom()
            ? "too many connections are being made"
            : "the server has as many connections as one may have, and none is free";
    queue.pollLate(
        thread.now(),
        pool.transport().connectTimeout(),
        late -> late.fail(Stage.CONNECTING, Kind.TIMEOUT, reason));
  }

  @Override
  public void check(long now) {
    failLate();
    if (hasSurplus && now - fewestSince >= SURPLUS_TIME.toNanos()) {
      closeSurplus();
    }
    if (queue.isEmpty() && !hasSurplus) {
      thread.unwatch(this);
    }
  }

  /** Closes those beyond the bound that nobody needed in the meantime, oldest first. */
  private void closeSurplus() {
    for (int surplus = fewest - maxIdle; surplus > 0; surplus--) {
      idle.getFirst().close();
    }
    watchSurplus();
  }

  private void watchSurplus() {
    hasSurplus = idle.size() > maxIdle;
    fewest = idle.size();
    fewestSince = thread.now();
  }

  /** Free connections for those that wait for one. */
  private void serveQueue() {
    while (!queue.isEmpty()) {
      UpstreamConnection connection = takeIdle();
      Call next = connection == null ? null : queue.poll();
      if (connection == null || next == null) {
        return;
      }
      connection.send(next, true);
    }
  }

  /** Sends by a new connection. */
  void use(StreamConnection connection, Call call) {
    try {
      opened(connection).send(call, false);
    } catch (RuntimeException | Error e) {
      IoUtils.safeClose(connection);
      call.exchange().fail(Failure.unforeseen(e));
    }
  }

  private UpstreamConnection opened(StreamConnection connection) {
    var made = new UpstreamConnection(thread, pool, connection);
    open++;
    return made;
  }

  /** Takes a connection that is free; if there are enough, for a while only. */
  void release(UpstreamConnection connection) {
    if (drained || maxIdle == 0 || connection.isOld()) {
      connection.close();
    } else {
      idle.addLast(connection);
      if (idle.size() > maxIdle && !hasSurplus) {
        watchSurplus();
        thread.watch(this);
      }
      if (!queue.isEmpty()) {
        thread.execute(this::serveQueue);
      }
    }
  }

  /** Parts from a connection that is closed. */
  void forget(UpstreamConnection connection) {
    open--;
    if (idle.remove(connection)) {
      fewest = Math.min(fewest, idle.size());
    }
    if (!queue.isEmpty()) {
      thread.execute(this::connectForQueue);
    }
  }

  /** Closes what is idle now; what is busy closes after its exchange. */
  void drain() {
    drained = true;
    List.copyOf(idle).forEach(UpstreamConnection::close);
  }
}
