package io.phalanx.node.exchange;

/**
 * What an entry point hands its requests to. Called on the exchange's I/O thread; must not wait.
 */
@FunctionalInterface
public interface ExchangeHandler {
  /**
   * Answers, or arranges for an answer after {@link Exchange#suspend}. What is thrown here is a
   * failure of this node.
   */
  void handle(Exchange exchange);
}
