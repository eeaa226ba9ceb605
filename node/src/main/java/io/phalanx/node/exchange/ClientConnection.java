package io.phalanx.node.exchange;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The connection by which a client's requests come, for those who keep something for this client
 * alone. The same object for all requests of a connection, and none other's.
 */
public interface ClientConnection {
  /**
   * What the client connected to, after the PROXY protocol if that is in use; empty if it is not an
   * address of IP.
   */
  Optional<InetSocketAddress> local();

  /**
   * Calls {@code told} when the connection is closed, or soon if it is closed already; later, on
   * the connection's I/O thread. May do so more than once. All are called that were given.
   */
  void whenClosed(Runnable told);
}
