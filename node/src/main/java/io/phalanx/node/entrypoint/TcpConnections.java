package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.tcp.TcpRoute;
import io.undertow.connector.PooledByteBuffer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/** The connections of one entry point that TCP routers took. */
final class TcpConnections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TcpConnections.class);

  /** Of what a client sent before its server is reached; not counted with that of others. */
  private static final int FREE = 1024;

  private final Workers workers;
  private final Set<StreamConnection> open = ConcurrentHashMap.newKeySet();

  TcpConnections(Workers workers) {
    this.workers = workers;
  }

  long count() {
    return open.size();
  }

  /**
   * What a buffer has to be read, which is closed: it would be held for as long as it takes to
   * reach the server.
   */
  static byte[] taken(PooledByteBuffer buffer) {
    try (buffer) {
      byte[] bytes = new byte[buffer.getBuffer().remaining()];
      buffer.getBuffer().get(bytes);
      return bytes;
    }
  }

  /**
   * Has a router serve a connection. Called on its I/O thread.
   *
   * @param connection behind TLS and PROXY protocol, if any
   * @param first what was read of it
   * @param postgres as in {@link io.phalanx.node.tcp.TcpClient#asksPostgres}
   */
  void start(TcpRoute route, StreamConnection connection, byte[] first, boolean postgres) {
    MemoryBound.Share memory = workers.headMemory().share(FREE);
    InetSocketAddress address = connection.getPeerAddress(InetSocketAddress.class);
    if (address == null || !memory.take(first.length)) {
      LOG.debug("{}: a connection finds no room, or is gone", route.router());
      IoUtils.safeClose(connection);
      return;
    }
    open.add(connection);
    connection.setCloseListener(
        closed -> {
          open.remove(closed);
          memory.close();
        });
    if (!connection.isOpen()) {
      open.remove(connection);
    }
    try {
      route.serve(
          new TcpConnection(
              connection,
              Peer.of(address.getAddress(), address.getPort()),
              ByteBuffer.wrap(first),
              memory::close,
              postgres));
    } catch (RuntimeException | Error e) {
      LOG.error("a connection of router {} was lost", route.router(), e);
      IoUtils.safeClose(connection);
    }
  }

  /** Ends all. */
  @Override
  public void close() {
    open.forEach(IoUtils::safeClose);
  }
}
