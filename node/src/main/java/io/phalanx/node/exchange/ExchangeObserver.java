package io.phalanx.node.exchange;

/**
 * Sees every exchange when it is over: access log, metrics. Called on an I/O thread; must not wait.
 */
@FunctionalInterface
public interface ExchangeObserver {
  void completed(CompletedExchange exchange);
}
