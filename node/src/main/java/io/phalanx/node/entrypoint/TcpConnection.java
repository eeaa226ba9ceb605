package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.forwarding.SocketTunnel;
import io.phalanx.node.tcp.TcpClient;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;

/** A client's connection that a TCP router took. */
final class TcpConnection implements TcpClient {
  private final StreamConnection connection;
  private final ClientSocket socket;
  private final Peer peer;
  private final Tunnel tunnel;
  private final boolean postgres;

  /**
   * @param connection behind TLS and PROXY protocol, if any
   * @param first what was read of it
   * @param whenTaken called once when nothing is left of that
   */
  TcpConnection(
      StreamConnection connection,
      Peer peer,
      ByteBuffer first,
      Runnable whenTaken,
      boolean postgres) {
    this.connection = connection;
    this.socket = new ClientSocket(connection);
    this.peer = peer;
    this.tunnel = SocketTunnel.of(connection, first, whenTaken);
    this.postgres = postgres;
  }

  @Override
  public Peer peer() {
    return peer;
  }

  @Override
  public Optional<InetSocketAddress> local() {
    return socket.local();
  }

  @Override
  public void whenClosed(Runnable told) {
    socket.whenClosed(told);
  }

  @Override
  public IoThread ioThread() {
    return new ConnectionThread(connection.getIoThread());
  }

  @Override
  public Tunnel tunnel() {
    return tunnel;
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public boolean asksPostgres() {
    return postgres;
  }

  @Override
  public void close() {
    IoUtils.safeClose(connection);
  }
}
