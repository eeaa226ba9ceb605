package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Forwarder;
import java.net.URI;

/** What connections are kept by: a server, and the way it is reached. */
record PoolKey(URI url, ServerTransport transport) {
  /**
   * @throws IllegalArgumentException if the transport is none of this engine's
   */
  static PoolKey of(Forwarder.Target target) {
    if (target.transport() instanceof ServerTransport transport) {
      return new PoolKey(target.url(), transport);
    }
    throw new IllegalArgumentException("a transport of another engine");
  }
}
