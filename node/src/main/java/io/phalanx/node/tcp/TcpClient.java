package io.phalanx.node.tcp;

import io.phalanx.node.exchange.ClientConnection;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.Tunnel;

/** A client's connection that a router took. All calls are on its I/O thread. */
public interface TcpClient extends ClientConnection {
  /** Behind the PROXY protocol, if that is in use. */
  Peer peer();

  IoThread ioThread();

  /** What it sends, first what was read to find the router; and what it gets. */
  Tunnel tunnel();

  /** Whether it is there still, as far as that is known. */
  boolean isOpen();

  /**
   * Whether it asked for TLS by PostgreSQL's own word and had leave; a server that is to speak TLS
   * itself has to be asked, too.
   */
  boolean asksPostgres();

  /** Ends both halves. More than once does nothing. */
  void close();
}
