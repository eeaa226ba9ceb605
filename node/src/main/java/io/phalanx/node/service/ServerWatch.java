package io.phalanx.node.service;

import io.phalanx.node.exchange.Exchange;

/** Sees what becomes of requests at the servers of a service. */
@FunctionalInterface
public interface ServerWatch {
  /** Called on the exchange's I/O thread just before it is sent there. */
  void sent(Exchange exchange, Server server);
}
