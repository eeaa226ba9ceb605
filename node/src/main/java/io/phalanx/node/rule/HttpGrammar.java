package io.phalanx.node.rule;

import io.phalanx.node.rule.RuleLexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rules about requests. */
final class HttpGrammar implements Grammar<Condition> {
  /** From so many alternative hosts on a set is faster than trying one after another. */
  private static final int HOSTS_TO_GATHER = 4;

  @Override
  public String example() {
    return "Host(`example.com`)";
  }

  @Override
  public Condition matcher(Token name, List<String> arguments) throws RuleSyntaxException {
    return Matchers.matcher(name, arguments);
  }

  @Override
  public Condition allOf(List<Condition> all) {
    return new Condition.And(List.copyOf(all));
  }

  @Override
  public Condition anyOf(List<Condition> any) {
    var others = new ArrayList<Condition>(any);
    others.removeIf(Condition.HostIs.class::isInstance);
    if (any.size() - others.size() < HOSTS_TO_GATHER) {
      return new Condition.Or(List.copyOf(any));
    }
    Condition hosts =
        new Condition.HostAmong(
            any.stream()
                .filter(Condition.HostIs.class::isInstance)
                .map(condition -> ((Condition.HostIs) condition).host())
                .collect(Collectors.toUnmodifiableSet()));
    others.addFirst(hosts);
    return others.size() == 1 ? hosts : new Condition.Or(List.copyOf(others));
  }

  @Override
  public Condition not(Condition denied) {
    return denied instanceof Condition.Not(Condition twice) ? twice : new Condition.Not(denied);
  }
}
