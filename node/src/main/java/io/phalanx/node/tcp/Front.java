package io.phalanx.node.tcp;

import io.phalanx.node.tls.TlsTable;

/** What an entry point asks about the connections that come. Asked for each, on any thread. */
@FunctionalInterface
public interface Front {
  /** What handshakes are answered with now. */
  TlsTable tls();

  /** What TCP routers take now. */
  default TcpRouting tcp() {
    return TcpRouting.nothing(tls());
  }
}
