package io.phalanx.node.exchange;

/** How a middleware goes on that has a say in all of what comes behind it. */
@FunctionalInterface
public interface Enclosure {
  /**
   * Answers, or arranges for an answer. Called on the exchange's I/O thread; must not wait.
   *
   * @param behind the steps behind the middleware and the service. It may be asked several times,
   *     with an exchange of its own each time
   */
  void answer(Exchange exchange, ExchangeHandler behind);
}
