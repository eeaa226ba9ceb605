package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import io.phalanx.node.exchange.Failure.UpstreamFault.Stage;
import java.io.EOFException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/**
 * The connections of one I/O thread to one server. Of those that serve one request at a time, the
 * one used last is used next; of those that serve many (HTTP/2), the oldest that has room. Where
 * HTTP/2 may be spoken one connection is made at a time, and requests wait for it together, also
 * for its server to take streams: there is one connection at most that takes none and has none.
 */
final class ServerPool {
  private static final String HTTP2 = "h2";
  static final List<String> ONLY_HTTP1 = List.of("http/1.1");
  private static final List<String> BOTH = List.of(HTTP2, "http/1.1");
  private static final String NO_STREAMS = "the server takes no streams";

  /** Connections one after another that ended before they took what waited for them. */
  private static final int MAX_FRUITLESS = 4;

  /** How long requests wait for a server to take streams, if there is no limit for connecting. */
  private static final long MOST_WAIT = Duration.ofSeconds(30).toNanos();

  private final ForwardingThread thread;
  private final ServerAddress server;
  private final ServerTransport transport;
  private final Optional<Announcement> announcement;
  private final ExclusiveConnections exclusive;
  private final List<MultiplexedConnection> shared = new ArrayList<>(2);
  private final FairQueue<Call> waiting = new FairQueue<>(Call::client);
  private boolean http1Required;
  private boolean shares;
  private boolean connecting;
  private boolean drained;
  private int fruitless;
  private int streamsAtFirst = MultiplexedConnection.MAX_STREAMS;

  /**
   * @param announcement what the server is told of the client whose requests alone are sent here
   */
  ServerPool(
      ForwardingThread thread,
      ServerAddress server,
      ServerTransport transport,
      int maxIdle,
      Optional<Announcement> announcement) {
    this.thread = thread;
    this.server = server;
    this.transport = transport;
    this.announcement = announcement;
    this.exclusive = new ExclusiveConnections(thread, this, maxIdle);
    this.shares = mayShare();
  }

  ServerAddress server() {
    return server;
  }

  ServerTransport transport() {
    return transport;
  }

  Optional<Announcement> announcement() {
    return announcement;
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
          fruitless = 0;
          connection.send(call);
          return;
        }
      }
      if (shares) {
        await(call);
        return;
      }
    }
    boolean either = mayShare() && !call.overHttp1() && announcement.isEmpty();
    if (!exclusive.sendIdle(call)) {
      if (either && exclusive.hasRoom()) {
        connect(call);
      } else {
        exclusive.enqueue(call);
      }
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
                  exclusive.use(connection, call);
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

  private MultiplexedConnection share(StreamConnection connection) {
    shares = mayShare();
    var made = new MultiplexedConnection(thread, this, connection);
    shared.add(made);
    made.start();
    return made;
  }

  private void await(Call call) {
    long now = thread.now();
    waiting.add(call, now);
    call.exchange().trail().sentTo(server.text(), now);
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
    if (waiting.isEmpty() || isAwaited()) {
      return;
    }
    connecting = true;
    List<Call> askers = waiting.all();
    new ConnectAttempt(
            thread,
            this,
            BOTH,
            new ConnectAttempt.Outcome() {
              @Override
              public boolean isAwaited() {
                return !waiting.isEmpty();
              }

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
                failWaiting(askers, kind, reason);
                connectForWaiting();
              }
            })
        .start();
  }

  private void failWaiting(List<Call> calls, Kind kind, String reason) {
    for (Call call : calls) {
      if (waiting.remove(call)) {
        call.fail(Stage.CONNECTING, kind, reason);
      }
    }
  }

  private void useForWaiting(StreamConnection connection) {
    Call first = waiting.poll();
    if (first == null) {
      IoUtils.safeClose(connection);
      return;
    }
    exclusive.use(connection, first);
    List<Call> others = waiting.all();
    others.forEach(waiting::remove);
    others.forEach(this::send);
  }

  /** Whether there is a connection, or will be, of which is not known yet what it takes. */
  private boolean isAwaited() {
    return connecting || shared.stream().anyMatch(MultiplexedConnection::isShut);
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
        fruitless = 0;
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
    streamsAtFirst = most;
  }

  ExclusiveConnections exclusive() {
    return exclusive;
  }

  /** Parts from a connection that takes no more requests. Returns whether some waited for it. */
  boolean forget(MultiplexedConnection connection) {
    return shared.remove(connection) && !waiting.isEmpty() && !isAwaited();
  }

  /** The connection that was waited for is gone. */
  void tryAgain() {
    if (++fruitless == MAX_FRUITLESS) {
      fruitless = 0;
      failWaiting(waiting.all(), Kind.CLOSED, NO_STREAMS);
    }
    serveWaiting();
  }

  /** Whether a connection that was shut for so long is of no use, also beside another such one. */
  boolean givesUp(long nanos) {
    long limit = transport.connectTimeout() > 0 ? transport.connectTimeout() : MOST_WAIT;
    waiting.pollLate(
        thread.now(), limit, late -> late.fail(Stage.CONNECTING, Kind.TIMEOUT, NO_STREAMS));
    return nanos >= limit || shared.stream().filter(MultiplexedConnection::isShut).count() > 1;
  }

  /** Whether no request comes or waits any more. */
  boolean isOver() {
    return drained && waiting.isEmpty();
  }

  /** Closes what is idle now; what is busy closes after its exchange. */
  void drain() {
    drained = true;
    exclusive.drain();
    if (waiting.isEmpty()) {
      List.copyOf(shared).forEach(MultiplexedConnection::retire);
    }
  }
}
