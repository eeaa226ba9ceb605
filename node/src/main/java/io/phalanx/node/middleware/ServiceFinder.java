package io.phalanx.node.middleware;

import io.phalanx.node.exchange.ExchangeHandler;

/** The services of a configuration, for middlewares that ask one themselves. */
@FunctionalInterface
public interface ServiceFinder {
  /** Where there are none. */
  ServiceFinder NONE =
      name -> {
        throw new IllegalArgumentException("there is no service \"" + name + '"');
      };

  /**
   * What answers for a service.
   *
   * @param name qualified
   * @throws IllegalArgumentException if it cannot be served, or leads back to whoever asks
   */
  ExchangeHandler find(String name);
}
