package io.phalanx.node.rule;

/** A rule that cannot be read. The message says where and what was expected. */
public final class RuleSyntaxException extends Exception {
  RuleSyntaxException(String message) {
    super(message);
  }

  /**
   * @param index from 0; people are told the place from 1
   */
  static RuleSyntaxException at(int index, String message) {
    return new RuleSyntaxException("at character " + (index + 1) + ": " + message);
  }
}
