package io.phalanx.node.rule;

import io.phalanx.node.exchange.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * A router's rule in Traefik v3's syntax: matchers joined by {@code &&}, {@code ||}, {@code !} and
 * parentheses; {@code &&} binds tighter than {@code ||}. Immutable.
 *
 * <p>Decided differently from Traefik: a line break may stand anywhere between words, an IPv6
 * address may be written in brackets in {@code Host}, {@code Header} and {@code HeaderRegexp} on
 * {@code Host} look at the host as the client wrote it, and regular expressions are bounded as
 * {@link io.phalanx.providers.regex.Regex} has it. As in Traefik, a {@code Host} with a port
 * matches nothing.
 */
public record Rule(String text, Condition condition) {
  /** Characters of a rule at most. */
  public static final int MAX_LENGTH = 256 << 10;

  /**
   * @throws RuleSyntaxException if {@code text} is no rule or is over a bound
   */
  public static Rule parse(String text) throws RuleSyntaxException {
    if (text.length() > MAX_LENGTH) {
      throw new RuleSyntaxException("a rule has at most " + MAX_LENGTH + " characters");
    }
    return new Rule(text, new RuleParser<>(new HttpGrammar(), RuleLexer.tokens(text)).parse());
  }

  public boolean matches(RequestHead request) {
    return condition.matches(request);
  }

  /** What a router's priority is if none is given: the length of the rule in bytes of UTF-8. */
  public long defaultPriority() {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
