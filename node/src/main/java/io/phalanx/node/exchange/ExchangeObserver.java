package io.phalanx.node.exchange;

/**
 * Sees every exchange when it is over: access log, metrics. Called on an I/O thread; must not wait.
 */
@FunctionalInterface
public interface ExchangeObserver {
  void completed(CompletedExchange exchange);

  /** A copy of a request, which nobody waited for, is over. */
  default void copied(CompletedExchange copy) {}

  /**
   * A request was refused before there was an exchange: its head was not understood, or not taken.
   */
  default void refused(String entryPoint, Failure failure) {}
}
