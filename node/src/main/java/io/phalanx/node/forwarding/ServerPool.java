package io.phalanx.node.forwarding;

import java.util.ArrayDeque;
import java.util.List;
import org.xnio.StreamConnection;

/** The connections of one I/O thread to one server. The one used last is used next. */
final class ServerPool {
  private final ForwardingThread thread;
  private final ServerAddress server;
  private final ServerTransport transport;
  private final int maxIdle;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private boolean drained;

  ServerPool(
      ForwardingThread thread, ServerAddress server, ServerTransport transport, int maxIdle) {
    this.thread = thread;
    this.server = server;
    this.transport = transport;
    this.maxIdle = maxIdle;
  }

  ServerAddress server() {
    return server;
  }

  /** What is offered to the server by ALPN. */
  List<String> protocols() {
    return List.of("http/1.1");
  }

  ServerTransport transport() {
    return transport;
  }

  void send(Call call) {
    UpstreamConnection connection = idle.pollLast();
    if (connection != null) {
      connection.send(call, true);
    } else {
      connect(call);
    }
  }

  /** Sends over a new connection. */
  void connect(Call call) {
    new ConnectAttempt(thread, this, call).start();
  }

  /**
   * @param protocol what was agreed on by ALPN, if anything
   */
  void connected(StreamConnection socket, String protocol, Call call) {
    new UpstreamConnection(thread, this, socket).send(call, false);
  }

  /** Takes a connection that is free, or closes it if there are enough. */
  void release(UpstreamConnection connection) {
    if (drained || idle.size() >= maxIdle || connection.isOld()) {
      connection.close();
    } else {
      idle.addLast(connection);
    }
  }

  /** Parts from a connection that is closed. */
  void forget(UpstreamConnection connection) {
    idle.remove(connection);
  }

  /** Closes what is idle now; what is busy closes after its exchange. */
  void drain() {
    drained = true;
    List.copyOf(idle).forEach(UpstreamConnection::close);
  }
}
