package io.phalanx.node.rule;

import io.phalanx.node.rule.RuleLexer.Token;
import java.util.List;

/**
 * What the parts of a rule come to, for one kind of rules.
 *
 * @param <C> a condition
 */
interface Grammar<C> {
  /** For messages. */
  String example();

  /**
   * @param arguments as they stand there, not checked
   * @throws RuleSyntaxException if there is no such matcher, or its arguments are wrong
   */
  C matcher(Token name, List<String> arguments) throws RuleSyntaxException;

  /**
   * @param all two or more
   */
  C allOf(List<C> all);

  /**
   * @param any two or more
   */
  C anyOf(List<C> any);

  C not(C denied);
}
