package io.phalanx.node.pipeline;

import io.phalanx.node.exchange.Exchange;

/**
 * What answers the requests of a router: a service with servers, or something of the node's own.
 * Called on the exchange's I/O thread.
 */
@FunctionalInterface
public interface Endpoint {
  void answer(Exchange exchange);

  /**
   * Whether there is anything that may be asked; services made of others leave out those of which
   * there is not, where their health counts.
   */
  default boolean isUp() {
    return true;
  }
}
