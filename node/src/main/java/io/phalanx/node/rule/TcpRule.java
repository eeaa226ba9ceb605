package io.phalanx.node.rule;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rule of a TCP router, in the same syntax as a {@link Rule}, with the matchers {@code
 * HostSNI}, {@code HostSNIRegexp}, {@code ClientIP} and {@code ALPN}. Immutable.
 */
public record TcpRule(String text, TcpCondition condition) {
  /** Of a rule that takes everything: behind all others, as in Traefik. */
  private static final long CATCH_ALL_PRIORITY = -1;

  /**
   * @throws RuleSyntaxException if {@code text} is no rule or is over a bound
   */
  public static TcpRule parse(String text) throws RuleSyntaxException {
    if (text.length() > Rule.MAX_LENGTH) {
      throw new RuleSyntaxException("a rule has at most " + Rule.MAX_LENGTH + " characters");
    }
    return new TcpRule(text, new RuleParser<>(new TcpGrammar(), RuleLexer.tokens(text)).parse());
  }

  public boolean matches(Opening opening) {
    return condition.matches(opening);
  }

  /** Whether it is {@code HostSNI(`*`)} and nothing else. */
  public boolean isCatchAll() {
    return condition instanceof TcpCondition.AnyName;
  }

  /** Whether it names a server, which only a client with TLS asks for. */
  public boolean asksForName() {
    return asksForName(condition);
  }

  private static boolean asksForName(TcpCondition condition) {
    return switch (condition) {
      case TcpCondition.NameIs _, TcpCondition.NameUnder _ -> true;
      case TcpCondition.And(List<TcpCondition> all) -> all.stream().anyMatch(TcpRule::asksForName);
      case TcpCondition.Or(List<TcpCondition> any) -> any.stream().anyMatch(TcpRule::asksForName);
      case TcpCondition.Not(TcpCondition denied) -> asksForName(denied);
      case TcpCondition.AnyName _, TcpCondition.Test _ -> false;
    };
  }

  /**
   * All that stand in a {@code HostSNI} which is not negated; in canonical form, those with a
   * wildcard with {@code *.} in front.
   */
  public Set<String> names() {
    var names = new LinkedHashSet<String>();
    collect(condition, names);
    return names;
  }

  private static void collect(TcpCondition condition, Set<String> names) {
    switch (condition) {
      case TcpCondition.NameIs(String name) -> names.add(name);
      case TcpCondition.NameUnder(String domain) -> names.add('*' + domain);
      case TcpCondition.And(List<TcpCondition> all) -> all.forEach(part -> collect(part, names));
      case TcpCondition.Or(List<TcpCondition> any) -> any.forEach(part -> collect(part, names));
      case TcpCondition.Not _, TcpCondition.AnyName _, TcpCondition.Test _ -> {}
    }
  }

  /** What a router's priority is if none is given: the length of the rule in bytes of UTF-8. */
  public long defaultPriority() {
    return isCatchAll() ? CATCH_ALL_PRIORITY : text.getBytes(StandardCharsets.UTF_8).length;
  }
}
