package io.phalanx.node.middleware;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.providers.dynamic.ServersTransport;

/** Makes a transport for a middleware that sends requests itself. */
@FunctionalInterface
public interface TransportBuilder {
  /**
   * @throws IllegalArgumentException if it cannot be used; the message names the option and, where
   *     there is one, the file
   */
  Forwarder.Transport build(ServersTransport options);
}
