package io.phalanx.node.rule;

/** A rule that cannot be read. The message says where and what was expected. */
public final class RuleSyntaxException extends Exception {
  RuleSyntaxException(String message) {
    super(message);
  }
}
