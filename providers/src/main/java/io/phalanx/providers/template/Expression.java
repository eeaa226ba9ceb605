package io.phalanx.providers.template;

import java.util.List;

/** What stands in an action and has a value. */
sealed interface Expression {
  record Literal(Object value) implements Expression {}

  /** The current dot and a path from it; an empty path is the dot itself. */
  record Field(List<String> path) implements Expression {}

  /** A variable and a path from it; {@code $} is the model. */
  record Variable(String name, List<String> path, int line) implements Expression {}

  /** A path from the value of something in parentheses. */
  record Member(Expression of, List<String> path) implements Expression {}

  record Call(String function, List<Expression> arguments, int line) implements Expression {}
}
