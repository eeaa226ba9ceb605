package io.phalanx.node.rule;

import io.phalanx.node.rule.RuleLexer.Kind;
import io.phalanx.node.rule.RuleLexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads the tokens of a rule. */
final class RuleParser {
  private static final int MAX_DEPTH = 100;

  /** From so many alternative hosts on a set is faster than trying one after another. */
  private static final int HOSTS_TO_GATHER = 4;

  private final List<Token> tokens;
  private int at;
  private int depth;

  RuleParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  Condition parse() throws RuleSyntaxException {
    if (peek().kind() == Kind.END) {
      throw new RuleSyntaxException("a rule must not be empty");
    }
    Condition rule = or();
    if (peek().kind() != Kind.END) {
      throw expected("&&, || or the end");
    }
    return rule;
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take(Kind kind, String what) throws RuleSyntaxException {
    if (peek().kind() != kind) {
      throw expected(what);
    }
    return tokens.get(at++);
  }

  private RuleSyntaxException expected(String what) {
    return RuleSyntaxException.at(
        peek().position(), "expected " + what + ", found " + shortened(peek().text()));
  }

  private static String shortened(String text) {
    return text.length() <= 50 ? text : text.substring(0, 50) + "...";
  }

  private Condition or() throws RuleSyntaxException {
    var any = new ArrayList<Condition>();
    any.add(and());
    while (peek().kind() == Kind.OR) {
      at++;
      any.add(and());
    }
    return any.size() == 1 ? any.getFirst() : anyOf(any);
  }

  private static Condition anyOf(List<Condition> any) {
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

  private Condition and() throws RuleSyntaxException {
    var all = new ArrayList<Condition>();
    all.add(unary());
    while (peek().kind() == Kind.AND) {
      at++;
      all.add(unary());
    }
    return all.size() == 1 ? all.getFirst() : new Condition.And(List.copyOf(all));
  }

  private Condition unary() throws RuleSyntaxException {
    if (++depth > MAX_DEPTH) {
      throw RuleSyntaxException.at(
          peek().position(), "a rule is nested at most " + MAX_DEPTH + " deep");
    }
    Condition condition =
        switch (peek().kind()) {
          case NOT -> {
            at++;
            Condition denied = unary();
            yield denied instanceof Condition.Not(Condition twice)
                ? twice
                : new Condition.Not(denied);
          }
          case OPEN -> {
            at++;
            Condition inner = or();
            take(Kind.CLOSE, ")");
            yield inner;
          }
          case NAME -> matcher();
          case TEXT, AND, OR, CLOSE, COMMA, END ->
              throw expected("a matcher such as Host(`example.com`)");
        };
    depth--;
    return condition;
  }

  private Condition matcher() throws RuleSyntaxException {
    Token name = take(Kind.NAME, "a matcher");
    take(Kind.OPEN, "(");
    var arguments = new ArrayList<String>();
    while (peek().kind() != Kind.CLOSE) {
      arguments.add(take(Kind.TEXT, "a text in back-quotes or double quotes").text());
      if (peek().kind() != Kind.CLOSE) {
        take(Kind.COMMA, ", or )");
      }
    }
    take(Kind.CLOSE, ")");
    return Matchers.matcher(name, arguments);
  }
}
