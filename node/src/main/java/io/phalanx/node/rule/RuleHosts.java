package io.phalanx.node.rule;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The hosts that a rule asks for by their names, for what is decided before there is a request. */
public final class RuleHosts {
  private RuleHosts() {}

  /**
   * All that stand in a {@code Host} which is not negated; in canonical form, those with a wildcard
   * with {@code *.} in front.
   */
  public static Set<String> of(Rule rule) {
    var hosts = new LinkedHashSet<String>();
    collect(rule.condition(), hosts);
    return hosts;
  }

  private static void collect(Condition condition, Set<String> hosts) {
    switch (condition) {
      case Condition.HostIs(String host) -> hosts.add(host);
      case Condition.HostAmong(Set<String> among) -> hosts.addAll(among);
      case Condition.HostUnder(String domain) -> hosts.add('*' + domain);
      case Condition.And(List<Condition> all) -> all.forEach(part -> collect(part, hosts));
      case Condition.Or(List<Condition> any) -> any.forEach(part -> collect(part, hosts));
      case Condition.Not _, Condition.PathIs _, Condition.PathStarts _, Condition.Test _ -> {}
    }
  }
}
