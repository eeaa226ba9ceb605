package io.phalanx.node.rule;

import io.phalanx.node.rule.RuleLexer.Kind;
import io.phalanx.node.rule.RuleLexer.Token;
import java.util.ArrayList;
import java.util.List;

/** Reads the tokens of a rule. */
final class RuleParser {
  private static final int MAX_DEPTH = 100;

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
    return new RuleSyntaxException(
        "at character " + peek().position() + ": expected " + what + ", found " + peek().text());
  }

  private Condition or() throws RuleSyntaxException {
    var any = new ArrayList<Condition>();
    any.add(and());
    while (peek().kind() == Kind.OR) {
      at++;
      any.add(and());
    }
    return any.size() == 1 ? any.getFirst() : new Condition.Or(List.copyOf(any));
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
      throw new RuleSyntaxException("a rule is nested at most " + MAX_DEPTH + " deep");
    }
    Condition condition =
        switch (peek().kind()) {
          case NOT -> {
            at++;
            yield new Condition.Not(unary());
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
      if (!arguments.isEmpty()) {
        take(Kind.COMMA, ", or )");
      }
      arguments.add(take(Kind.TEXT, "a text in back-quotes or double quotes").text());
    }
    take(Kind.CLOSE, ")");
    return Matchers.matcher(name, arguments);
  }
}
