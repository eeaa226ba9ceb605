package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Failure.NodeFault;
import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.io.EOFException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * The connections of one I/O thread to one server. Of those that serve one request at a time, the
 * one used last is used next; of those that serve many (HTTP/2), the oldest that has room. Where
 * HTTP/2 may be spoken one connection is made at a time, and requests wait for it together.
 */
final class ServerPool {
  private static final String HTTP2 = "h2";
  private static final List<String> ONLY_HTTP1 = List.of("http/1.1");
  private static final List<String> BOTH = List.of(HTTP2, "http/1.1");

  /**
   * Connections that are made at one time: what a server has not accepted yet waits in its queue.
   */
  private static final int MAX_ATTEMPTS = 64;

  private final ForwardingThread thread;
  private final ServerAddress server;
  private final ServerTransport transport;
  private final int maxIdle;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final List<MultiplexedConnection> shared = new ArrayList<>(2);
  private final ArrayDeque<Call> waiting = new ArrayDeque<>();
  private final FairQueue queue = new FairQueue();
  private int attempts;
  private boolean http1Required;
  private boolean shares;
  private boolean connecting;
  private boolean drained;
  private int streamsAtFirst = MultiplexedConnection.MAX_STREAMS;

  ServerPool(
      ForwardingThread thread, ServerAddress server, ServerTransport transport, int maxIdle) {
    this.thread = thread;
    this.server = server;
    this.transport = transport;
    this.maxIdle = maxIdle;
    this.shares = mayShare();
  }

  ServerAddress server() {
    return server;
  }

  ServerTransport transport() {
    return transport;
  }

  private boolean mayShare() {
    if (http1Required) {
      return false;
    }
    return switch (server.scheme()) {
      case HTTP -> false;
      case HTTPS -> transport.options().http2();
      case H2C -> true;
    };
  }

  void send(Call call) {
    if (!call.overHttp1()) {
      for (MultiplexedConnection connection : shared) {
        if (connection.hasRoom()) {
          connection.send(call);
          return;
        }
      }
      if (shares) {
        await(call);
        return;
      }
    }
    UpstreamConnection connection = idle.pollLast();
    if (connection != null) {
      connection.send(call, true);
    } else if (server.scheme() == ServerAddress.Scheme.HTTP) {
      enqueue(call);
    } else {
      connect(call);
    }
  }

  /**
   * Has the call sent over the next connection that is free, be it a new one. Clients that leave
   * before cost the server at most a connection that the next ones use.
   */
  private void enqueue(Call call) {
    long now = thread.now();
    queue.add(call, now);
    call.exchange().trail().sentTo(server.text(), now);
    call.exchange().whenAbandoned(() -> leaveQueue(call));
    if (attempts < Math.min(MAX_ATTEMPTS, queue.size())) {
      connectFor(call);
    }
  }

  private void leaveQueue(Call call) {
    if (queue.remove(call)) {
      call.clientGone(new EOFException("it closed its connection"));
    }
  }

  private void connectForQueue() {
    Call next = queue.peek();
    if (next != null && attempts < Math.min(MAX_ATTEMPTS, queue.size())) {
      connectFor(next);
    }
  }

  /** Makes a connection for whose turn it is then; the call fails if there is none. */
  private void connectFor(Call call) {
    attempts++;
    new ConnectAttempt(
            thread,
            this,
            ONLY_HTTP1,
            new ConnectAttempt.Outcome() {
              @Override
              public void connected(StreamConnection connection, String protocol) {
                attempts--;
                Call next = queue.poll();
                if (next == null) {
                  release(new UpstreamConnection(thread, ServerPool.this, connection));
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
                thread.execute(ServerPool.this::connectForQueue);
              }
            })
        .start();
  }

  /** Those that were not even tried are not to wait longer than an attempt may take. */
  private void failLate() {
    long limit = transport.connectTimeout();
    if (limit <= 0) {
      return;
    }
    long now = thread.now();
    for (Call late = queue.pollLate(now, limit); late != null; late = queue.pollLate(now, limit)) {
      late.fail(Stage.CONNECTING, Kind.TIMEOUT, "too many connections are being made");
    }
  }

  /** Free connections for those that wait for one. */
  private void serveQueue() {
    while (!queue.isEmpty()) {
      UpstreamConnection connection = idle.pollLast();
      Call next = connection == null ? null : queue.poll();
      if (connection == null || next == null) {
        return;
      }
      connection.send(next, true);
    }
  }

  /** Sends over a new connection. */
  void connect(Call call) {
    call.exchange().trail().sentTo(server.text(), thread.now());
    boolean http2 = mayShare() && !call.overHttp1();
    new ConnectAttempt(
            thread,
            this,
            http2 ? BOTH : ONLY_HTTP1,
            new ConnectAttempt.Outcome() {
              @Override
              public void connected(StreamConnection connection, String protocol) {
                if (http2 && speaksHttp2(protocol)) {
                  share(connection).send(call);
                } else {
                  use(connection, call);
                }
              }

              @Override
              public void failed(Kind kind, String reason) {
                call.fail(Stage.CONNECTING, kind, reason);
              }
            })
        .start();
  }

  private boolean speaksHttp2(String protocol) {
    return protocol.equals(HTTP2) || server.scheme() == ServerAddress.Scheme.H2C;
  }

  private void use(StreamConnection connection, Call call) {
    try {
      new UpstreamConnection(thread, this, connection).send(call, false);
    } catch (RuntimeException | Error e) {
      IoUtils.safeClose(connection);
      call.exchange().fail(new NodeFault("forwarding failed", e));
    }
  }

  private MultiplexedConnection share(StreamConnection connection) {
    shares = mayShare();
    var made = new MultiplexedConnection(thread, this, connection);
    shared.add(made);
    made.start();
    if (drained) {
      thread.execute(made::retire);
    }
    return made;
  }

  private void await(Call call) {
    waiting.add(call);
    call.exchange().trail().sentTo(server.text(), thread.now());
    call.exchange().whenAbandoned(() -> leave(call));
    connectForWaiting();
  }

  private void leave(Call call) {
    if (waiting.remove(call)) {
      call.clientGone(new EOFException("it closed its connection"));
    }
  }

  /** Who comes when an attempt is on its way has another one if it fails, with all of its time. */
  private void connectForWaiting() {
    if (connecting || waiting.isEmpty()) {
      return;
    }
    connecting = true;
    List<Call> askers = List.copyOf(waiting);
    new ConnectAttempt(
            thread,
            this,
            BOTH,
            new ConnectAttempt.Outcome() {
              @Override
              public void connected(StreamConnection connection, String protocol) {
                connecting = false;
                if (speaksHttp2(protocol)) {
                  share(connection);
                  serveWaiting();
                } else {
                  shares = false;
                  useForWaiting(connection);
                }
              }

              @Override
              public void failed(Kind kind, String reason) {
                connecting = false;
                for (Call call : askers) {
                  if (waiting.remove(call)) {
                    call.fail(Stage.CONNECTING, kind, reason);
                  }
                }
                connectForWaiting();
              }
            })
        .start();
  }

  private void useForWaiting(StreamConnection connection) {
    Call first = waiting.poll();
    if (first == null) {
      IoUtils.safeClose(connection);
      return;
    }
    use(connection, first);
    List<Call> others = List.copyOf(waiting);
    waiting.clear();
    others.forEach(this::send);
  }

  /** Gives what waits to connections that have room for it, and asks for another one if need be. */
  void serveWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    for (MultiplexedConnection connection : List.copyOf(shared)) {
      while (connection.hasRoom()) {
        Call next = waiting.poll();
        if (next == null) {
          return;
        }
        connection.send(next);
      }
    }
    connectForWaiting();
  }

  /** The server speaks HTTP/2, but wants it for nothing: from now on it gets HTTP/1.1. */
  void requireHttp1() {
    http1Required = true;
    shares = false;
  }

  /** How many streams a connection is given before its server said how many it takes. */
  int streamsAtFirst() {
    return streamsAtFirst;
  }

  void learnedStreams(int most) {
    streamsAtFirst = Math.max(1, most);
  }

  /** Takes a connection that is free, or closes it if there are enough. */
  void release(UpstreamConnection connection) {
    if (drained || idle.size() >= maxIdle || connection.isOld()) {
      connection.close();
    } else {
      idle.addLast(connection);
      if (!queue.isEmpty()) {
        thread.execute(this::serveQueue);
      }
    }
  }

  /** Parts from a connection that is closed. */
  void forget(UpstreamConnection connection) {
    idle.remove(connection);
  }

  /** Parts from a connection that takes no more requests. */
  void forget(MultiplexedConnection connection) {
    shared.remove(connection);
  }

  /** Closes what is idle now; what is busy closes after its exchange. */
  void drain() {
    drained = true;
    List.copyOf(idle).forEach(UpstreamConnection::close);
    List.copyOf(shared).forEach(MultiplexedConnection::retire);
  }
}
