package io.phalanx.node.breaker;

/** An expression that cannot be read. The message says where and what was expected. */
public final class ExpressionException extends Exception {
  private static final long serialVersionUID = 1;

  ExpressionException(String message) {
    super(message);
  }

  /**
   * @param index from 0; people are told the place from 1
   */
  static ExpressionException at(int index, String message) {
    return new ExpressionException("at character " + (index + 1) + ": " + message);
  }
}
